import type { Migration } from '@iron/db';

/**
 * A migration as single statements, which is what the drivers of the peers take at a time: a trigger ends where a line
 * says `END;`, everything else where a line ends with a semicolon.
 */
export function statementsOf({ sql }: Pick<Migration, 'sql'>): string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  for (const line of sql.split('\n')) {
    const code = line.replace(/--.*$/, '').trimEnd();
    if (code === '') continue;
    lines.push(code);
    const isTrigger = lines[0]?.startsWith('CREATE TRIGGER');
    if (isTrigger ? !/\bEND;$/.test(code) : !code.endsWith(';')) continue;
    statements.push(lines.join('\n'));
    lines = [];
  }
  return statements;
}
