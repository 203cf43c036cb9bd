import { InvalidMigrationFileError } from './migration-errors.ts';
import { type Statement, splitStatements } from './split-statements.ts';

/** What a header says, in this order, after the first line with the file's name. */
const HEADER_WORDS = ['Why', 'Adds', 'Rewrites', 'Locks', 'Undo'] as const;

const FORBIDDEN_STARTS = new Map([
  ['begin', 'the runner opens the transaction; one in the file would end it half-way'],
  ['commit', 'the runner ends the transaction; what follows would not be undone'],
  ['end', 'the runner ends the transaction; what follows would not be undone'],
  ['rollback', 'the runner ends the transaction'],
  ['savepoint', 'the runner holds the transaction'],
  ['release', 'the runner holds the transaction'],
  ['pragma', 'inside a transaction many settings are ignored without a word'],
  ['attach', 'a migration changes one database'],
  ['detach', 'a migration changes one database'],
  ['vacuum', 'it cannot run inside a transaction'],
  ['analyze', 'its statistics are tables of their own'],
  ['replace', 'it deletes rows, and the rows that refer to them'],
]);

const FORBIDDEN_WORDS = new Map([
  ['or ignore', 'it hides rows that break a NOT NULL or a CHECK; write ON CONFLICT (…) DO NOTHING'],
  ['or replace', 'it deletes rows, and the rows that refer to them; write ON CONFLICT (…) DO UPDATE'],
  ['if not exists', 'it hides a different table of that name'],
  ['if exists', 'it hides that something is missing'],
  ['autoincrement', 'its counter is a table of its own'],
]);

/**
 * Refuses what must not be in a migration file.
 *
 * @throws {InvalidMigrationFileError} names the line, and why
 */
export function lintMigration(file: string, sql: string): void {
  lintHeader(file, sql);
  const statements = splitStatements(sql);
  if (statements.length === 0) throw new InvalidMigrationFileError(file, undefined, 'it holds no statement');
  const renamed = new Set<string>();
  for (const statement of statements) {
    lintStatement(file, statement);
    lintTables(file, statement, renamed);
  }
}

function lintHeader(file: string, sql: string): void {
  const name = file.replace(/\.sql$/, '');
  const lines = sql.split('\n');
  if (lines[0] !== `-- ${name}`) throw new InvalidMigrationFileError(file, 1, `the first line is not \`-- ${name}\``);
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = lines.slice(1, end < 0 ? undefined : end).join('\n');
  let from = 0;
  for (const word of HEADER_WORDS) {
    const at = header.slice(from).search(new RegExp(`^-- ${word}:[^\\S\\n]*\\S`, 'm'));
    if (at < 0) {
      const order = HEADER_WORDS.map((known) => `${known}:`).join(' ');
      throw new InvalidMigrationFileError(
        file,
        1,
        `the header has no \`-- ${word}:\` at its place`,
        `It says, in this order: ${order}`,
      );
    }
    from += at;
  }
}

function lintStatement(file: string, { tokens, line }: Statement): void {
  const first = tokens[0]?.text ?? '';
  const why = FORBIDDEN_STARTS.get(first);
  if (why !== undefined) throw refuse(file, line, first, why);
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text : '\0')).join(' ');
  for (const [phrase, reason] of FORBIDDEN_WORDS) {
    if (` ${words} `.includes(` ${phrase} `)) throw refuse(file, line, phrase, reason);
  }
}

/**
 * Tables are STRICT, and a table is rebuilt as new, copy, drop, rename. The other way round, renaming the old one
 * first, makes the tables that refer to it refer to the old one under its new name.
 */
function lintTables(file: string, { tokens, line }: Statement, renamed: Set<string>): void {
  const words = tokens.map(({ text }) => text);
  if (words[0] === 'alter' && words[3] === 'rename' && words[4] === 'to') renamed.add(words[2] ?? '');
  if (words[0] !== 'create' || words[1] === 'virtual') return;
  if (words[1] === 'temp' || words[1] === 'temporary') throw refuse(file, line, 'create temp', 'it is gone at the end');
  if (words[1] !== 'table') return;
  const table = words[2] ?? '';
  if (renamed.has(table)) {
    const how = 'make the new table under another name, copy, drop the old one, rename the new one';
    throw refuse(file, line, `create table ${table} after renaming it`, how);
  }
  if (!words.slice(words.lastIndexOf(')')).includes('strict')) {
    throw refuse(file, line, `create table ${table}`, 'a table that is not STRICT takes any value in any column');
  }
}

function refuse(file: string, line: number, what: string, why: string): InvalidMigrationFileError {
  return new InvalidMigrationFileError(file, line, `${what.toUpperCase()} is not allowed: ${why}`);
}
