import { type SqlToken, readSqlTokens } from '../structure/sql-tokens.ts';

/** One statement of a migration file. */
export interface Statement {
  readonly sql: string;
  /** Where it begins in the file, counted from 1. */
  readonly line: number;
  readonly tokens: readonly SqlToken[];
}

/** Splits SQL at the semicolons that end statements; those inside a trigger's BEGIN … END do not. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let tokens: SqlToken[] = [];
  let depth = 0;
  const finish = (end: number) => {
    const start = tokens[0]?.offset;
    if (start !== undefined) {
      statements.push({ sql: sql.slice(start, end), line: sql.slice(0, start).split('\n').length, tokens });
    }
    tokens = [];
  };
  for (const token of readSqlTokens(sql)) {
    if (token.text === ';' && depth === 0) {
      finish(token.offset + 1);
      continue;
    }
    tokens.push(token);
    depth = Math.max(0, depth + nesting(token, tokens));
  }
  finish(sql.length);
  return statements;
}

function nesting(token: SqlToken, statement: readonly SqlToken[]): number {
  if (token.kind !== 'word') return 0;
  if (token.text === 'case') return 1;
  if (token.text === 'begin') return isTrigger(statement) ? 1 : 0;
  return token.text === 'end' && statement.length > 1 ? -1 : 0;
}

function isTrigger(statement: readonly SqlToken[]): boolean {
  const [first, second, third] = statement.map(({ text }) => text);
  return first === 'create' && (second === 'trigger' || third === 'trigger');
}
