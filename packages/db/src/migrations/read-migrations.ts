import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lintPostgresMigration } from '../postgres/migrations/lint-postgres-migration.ts';
import { InvalidMigrationFileError, numberText } from './migration-errors.ts';
import { headerOf, lintMigration } from './lint-migration.ts';
import { MIGRATIONS_FOLDER, MIGRATIONS_FOLDERS, type MigrationEngine, RESERVED_NUMBERS } from './migrations-folder.ts';

/** One migration file. */
export interface Migration {
  readonly number: number;
  /** The file's name, such as `001_initial_schema.sql`. */
  readonly file: string;
  readonly sql: string;
  /** SHA-256 of the text with line ends normalised to LF, in hexadecimal. */
  readonly checksum: string;
  /** Tables that its header (`-- Shrinks:`) allows to lose rows. */
  readonly shrinks: readonly string[];
}

const LINT = { sqlite: lintMigration, postgres: lintPostgresMigration };

const FILE_NAME = /^(\d{3})_[a-z0-9]+(?:_[a-z0-9]+)*\.sql$/;

/**
 * The migrations for an engine, Iron's own or those of a folder, checked and in order of their numbers.
 *
 * @throws {InvalidMigrationFileError} a name that is not `NNN_words.sql`, a number that is used twice, left out or
 *   reserved, a header that is missing, or a statement that a migration must not hold
 */
export function readMigrations(
  engine: MigrationEngine = 'sqlite',
  folder: string = MIGRATIONS_FOLDERS[engine],
): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  const migrations = files.map((file) => readMigration(engine, folder, file));
  requireConsecutive(migrations);
  return migrations;
}

/** The files by their numbers, without a look into them: for when one of them cannot be read. */
export function migrationFiles(folder: string = MIGRATIONS_FOLDER): Map<number, string> {
  const names = readdirSync(folder).filter((name) => FILE_NAME.test(name));
  return new Map(names.map((name) => [Number(name.slice(0, 3)), name]));
}

function readMigration(engine: MigrationEngine, folder: string, file: string): Migration {
  const digits = FILE_NAME.exec(file)?.[1];
  if (digits === undefined) {
    throw new InvalidMigrationFileError(file, undefined, 'the name is not three digits, _ and lower-case words');
  }
  const number = Number(digits);
  const reserved = RESERVED_NUMBERS.get(number);
  if (reserved !== undefined) {
    throw new InvalidMigrationFileError(
      file,
      undefined,
      `the number ${digits} is not free, ${reserved}`,
      'Use the next free number.',
    );
  }
  const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  LINT[engine](file, sql);
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { number, file, sql, checksum, shrinks: declaredShrinks(sql) };
}

function declaredShrinks(sql: string): string[] {
  const lines = headerOf(sql).matchAll(/^-- Shrinks:(.*)$/gm);
  const names = [...lines].flatMap(([, list = '']) => list.split(/[\s,]+/));
  return names.filter((name) => name !== '' && name !== 'nothing');
}

function requireConsecutive(migrations: readonly Migration[]): void {
  let expected = nextFreeNumber(0);
  for (const { number, file } of migrations) {
    if (number < expected) {
      const problem = number === 0 ? 'numbers begin with 001' : `the number ${numberText(number)} is used twice`;
      throw new InvalidMigrationFileError(file, undefined, problem);
    }
    if (number > expected) {
      throw new InvalidMigrationFileError(file, undefined, `migration ${numberText(expected)} is missing before it`);
    }
    expected = nextFreeNumber(number);
  }
}

/** The number that follows `number`, past the reserved ones. */
export function nextFreeNumber(number: number): number {
  return RESERVED_NUMBERS.has(number + 1) ? nextFreeNumber(number + 1) : number + 1;
}
