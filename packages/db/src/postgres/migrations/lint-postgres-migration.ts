import { isGuardTable } from '../../migrations/guard-table.ts';
import { lintHeader } from '../../migrations/lint-migration.ts';
import { InvalidMigrationFileError } from '../../migrations/migration-errors.ts';
import { type PostgresStatement, type PostgresToken, splitPostgresStatements } from './split-postgres-statements.ts';

const FORBIDDEN_STARTS = new Map([
  ['begin', 'the runner opens the transaction; one in the file would end it half-way'],
  ['start', 'the runner opens the transaction; one in the file would end it half-way'],
  ['commit', 'the runner ends the transaction; what follows would not be undone'],
  ['end', 'the runner ends the transaction; what follows would not be undone'],
  ['rollback', 'the runner ends the transaction'],
  ['abort', 'the runner ends the transaction'],
  ['prepare', 'the runner ends the transaction'],
  ['savepoint', 'the runner holds the transaction'],
  ['release', 'the runner holds the transaction'],
  ['set', 'the runner chooses the settings, and the schema with them'],
  ['reset', 'the runner chooses the settings, and the schema with them'],
  ['discard', 'it would give up the lock of the runner'],
  ['vacuum', 'it cannot run inside a transaction'],
  ['copy', 'it reads and writes files of the server'],
  ['grant', 'who may do what is not for a migration to say'],
  ['revoke', 'who may do what is not for a migration to say'],
  ['do', 'what it does cannot be seen from here; write the statements'],
  ['call', 'what it does cannot be seen from here; write the statements'],
]);

const FORBIDDEN_WORDS = new Map([
  ['concurrently', 'it cannot run inside a transaction'],
  ['if not exists', 'it hides a different thing of that name'],
  ['if exists', 'it hides that something is missing'],
  ['not valid', 'rows that were never checked would stay'],
  ['not enforced', 'rows would never be checked'],
  ['disable trigger', 'what the trigger keeps would not be kept'],
  ['unlogged', 'its rows are lost in a crash'],
  ['security definer', 'it would act with the rights of whoever migrates'],
  ['create temp', 'it is gone at the end'],
  ['create temporary', 'it is gone at the end'],
  ['inherits', 'a table of Iron is one table'],
]);

const FORBIDDEN_OBJECTS = new Map([
  ['schema', 'a migration changes one schema'],
  ['database', 'a migration changes one database'],
  ['tablespace', 'where files are is for the server to say'],
  ['extension', 'not every server has it'],
  ['role', 'who may do what is not for a migration to say'],
  ['user', 'who may do what is not for a migration to say'],
  ['group', 'who may do what is not for a migration to say'],
  ['system', 'it changes the server'],
  ['server', 'a migration changes one database'],
  ['publication', 'a migration changes one database'],
  ['subscription', 'a migration changes one database'],
]);

/** Words that are followed by the name of a table, index, function or type of the schema. */
const BEFORE_A_NAME = new Set(
  'table index view function procedure sequence type domain into update from join references on to truncate only'.split(
    ' ',
  ),
);

/**
 * Refuses what must not be in a migration file for PostgreSQL.
 *
 * @throws {InvalidMigrationFileError} names the line, and why
 */
export function lintPostgresMigration(file: string, sql: string): void {
  lintHeader(file, sql);
  const statements = splitPostgresStatements(sql);
  if (statements.length === 0) throw new InvalidMigrationFileError(file, undefined, 'it holds no statement');
  for (const statement of statements) lintStatement(file, statement);
}

function lintStatement(file: string, statement: PostgresStatement): void {
  const { tokens, line } = statement;
  const [first = '', second = ''] = tokens.map(({ text }) => text);
  const why = FORBIDDEN_STARTS.get(first);
  if (why !== undefined) throw refuse(file, line, first.toUpperCase(), why);
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text : '\0')).join(' ');
  for (const [phrase, reason] of FORBIDDEN_WORDS) {
    if (` ${words} `.includes(` ${phrase} `)) throw refuse(file, line, phrase.toUpperCase(), reason);
  }
  if (['create', 'alter', 'drop'].includes(first)) {
    const reason = FORBIDDEN_OBJECTS.get(second);
    if (reason !== undefined) throw refuse(file, line, `${first} ${second}`.toUpperCase(), reason);
  }
  if (/(?<!\b(?:delete|update)) cascade\b/.test(words)) {
    throw refuse(file, line, 'CASCADE', 'it drops what is not named here');
  }
  if (/\bset schema\b|\bowner to\b/.test(words)) {
    throw refuse(file, line, 'SET SCHEMA or OWNER TO', 'the runner chooses the schema, and its owner owns all in it');
  }
  const guard = tokens.find(({ text }) => isGuardTable(text));
  if (guard) throw refuse(file, line, guard.text, 'the runner leaves the guard of a migration itself');
  lintNames(file, statement);
}

/** The schema is whichever the connection is in. */
function lintNames(file: string, { tokens, line }: PostgresStatement): void {
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'symbol' || kind === 'text' || tokens[index + 1]?.text !== '.') continue;
    if (text === 'public' || isNameOfThing(tokens, index)) {
      throw refuse(file, line, `the schema ${text} before a name`, 'the runner chooses the schema');
    }
  }
}

/** Whether a table or the like is named at that place; else it is a column, behind the name of its table. */
function isNameOfThing(tokens: readonly PostgresToken[], index: number): boolean {
  const before = tokens[index - 1];
  if (before?.kind !== 'word' || !BEFORE_A_NAME.has(before.text)) return false;
  if (before.text === 'on') return tokens[0]?.text === 'create' && !tokens.some(({ text }) => text === 'join');
  if (before.text !== 'from') return true;
  return tokens[index - 2]?.text !== 'distinct' && !WITH_FROM.has(functionAround(tokens, index));
}

/** The function whose parentheses are the innermost around that place. */
function functionAround(tokens: readonly PostgresToken[], index: number): string {
  let depth = 0;
  for (let place = index - 1; place > 0; place -= 1) {
    const { text } = tokens[place] ?? { text: '' };
    if (text === ')') depth += 1;
    if (text === '(' && depth === 0) return tokens[place - 1]?.text ?? '';
    if (text === '(') depth -= 1;
  }
  return '';
}

/** Functions in whose arguments FROM stands before a value. */
const WITH_FROM = new Set(['extract', 'substring', 'trim', 'overlay']);

function refuse(file: string, line: number, what: string, why: string): InvalidMigrationFileError {
  return new InvalidMigrationFileError(file, line, `${what} is not allowed: ${why}`);
}
