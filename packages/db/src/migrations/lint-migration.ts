import { isGuardTable } from './guard-table.ts';
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
]);

const FORBIDDEN_WORDS = new Map([
  ['or ignore', 'it hides rows that break a NOT NULL or a CHECK; write ON CONFLICT (…) DO NOTHING'],
  ['or replace', 'it deletes rows, and the rows that refer to them; write ON CONFLICT (…) DO UPDATE'],
  ['replace into', 'it deletes rows, and the rows that refer to them; write ON CONFLICT (…) DO UPDATE'],
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
  const seen: SeenTables = new Map();
  for (const statement of statements) {
    lintStatement(file, statement);
    lintTables(file, statement, seen);
  }
}

/** The comment that a migration file begins with, without the line of its name. */
export function headerOf(sql: string): string {
  const lines = sql.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines.slice(1, end < 0 ? undefined : end).join('\n');
}

/** @throws {InvalidMigrationFileError} the comment that the file begins with does not say what it must */
export function lintHeader(file: string, sql: string): void {
  const name = file.replace(/\.sql$/, '');
  if (sql.split('\n', 1)[0] !== `-- ${name}`)
    throw new InvalidMigrationFileError(file, 1, `the first line is not \`-- ${name}\``);
  const header = headerOf(sql);
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
  if (why !== undefined) throw refuse(file, line, first.toUpperCase(), why);
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text : '\0')).join(' ');
  for (const [phrase, reason] of FORBIDDEN_WORDS) {
    if (` ${words} `.includes(` ${phrase} `)) throw refuse(file, line, phrase.toUpperCase(), reason);
  }
  const guard = tokens.find(({ text }) => isGuardTable(text));
  if (guard) throw refuse(file, line, guard.text, 'the runner leaves the guard of a migration itself');
}

/**
 * Tables are STRICT, and a table is rebuilt as new, copy, drop, rename. The other way round, renaming the old one
 * first, makes the tables that refer to it refer to the old one under its new name.
 */
function lintTables(file: string, { tokens, line }: Statement, seen: SeenTables): void {
  const [verb, kind, ...rest] = tokens.map(({ text }) => text);
  const words = rest[1] === '.' ? rest.slice(2) : rest;
  const [table = '', next, to, target = ''] = words;
  if (verb === 'alter' && next === 'rename' && to === 'to') {
    if (seen.get(target) === 'renamed') throw refuseRenameFirst(file, line, target);
    if (seen.get(table) === 'created') seen.delete(table);
    else seen.set(table, 'renamed');
  }
  if (verb !== 'create') return;
  if (kind === 'temp' || kind === 'temporary') throw refuse(file, line, 'CREATE TEMP', 'it is gone at the end');
  if (kind !== 'table') return;
  if (seen.get(table) === 'renamed') throw refuseRenameFirst(file, line, table);
  if (next === 'as' || !words.slice(words.lastIndexOf(')')).includes('strict')) {
    throw refuse(file, line, `CREATE TABLE ${table}`, 'a table that is not STRICT takes any value in any column');
  }
  seen.set(table, 'created');
}

/** What a file did so far with the name of a table. */
type SeenTables = Map<string, 'created' | 'renamed'>;

function refuseRenameFirst(file: string, line: number, table: string): InvalidMigrationFileError {
  const how = 'make the new table under another name, copy, drop the old one, rename the new one';
  return refuse(file, line, `a new ${table} after renaming the old one`, how);
}

function refuse(file: string, line: number, what: string, why: string): InvalidMigrationFileError {
  return new InvalidMigrationFileError(file, line, `${what} is not allowed: ${why}`);
}
