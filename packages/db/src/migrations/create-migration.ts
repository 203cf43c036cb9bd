import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IronError } from '@iron/errors';
import { numberText } from './migration-errors.ts';
import { foldersIn, IS_WORKSPACE, MIGRATIONS_FOLDER } from './migrations-folder.ts';
import { nextFreeNumber } from './read-migrations.ts';

/** The name cannot be a part of a migration file's name. */
export class InvalidMigrationNameError extends IronError {
  readonly code = 'migration.invalid_name';
  constructor(name: string) {
    super(`${JSON.stringify(name)} is not a name for a migration.`, {
      hint: 'Use lower-case words and _ between them, such as add_team_budgets.',
    });
  }
}

/** Migrations belong to Iron's source; an installed package holds a copy of them that nobody may change. */
export class NotInWorkspaceError extends IronError {
  readonly code = 'migration.not_in_workspace';
  constructor() {
    super('An installed Iron cannot get a new migration.', {
      hint: 'Run this in a clone of the repository, or name another folder with --folder.',
    });
  }
}

/** The folder that was named for the new file is not there, or is something else. */
export class NoMigrationFolderError extends IronError {
  readonly code = 'migration.no_folder';
  constructor(folder: string, exists: boolean) {
    super(exists ? `${folder} is not a folder.` : `The folder ${folder} does not exist.`, {
      hint: 'Make the folder first, or name the one that holds the migrations.',
      details: { folder },
    });
  }
}

/** Leaves room for the number and the ending in a file's name. */
const MAX_NAME_LENGTH = 200;

/** The files of one new migration, absolute. */
export interface MigrationFilePair {
  /** In SQLite's words. */
  readonly file: string;
  /** The same in PostgreSQL's. */
  readonly postgresFile: string;
}

/**
 * Makes the next migration, a file for each engine with the same number and name, which hold the header that they must
 * have and nothing else; they are refused by the runner until the header is filled in and they hold a statement.
 *
 * @param options `folder` is where the migrations are, those for PostgreSQL in its folder `postgres`, which is made if it
 *   is missing; default: Iron's own
 * @throws {InvalidMigrationNameError} `name` is not lower-case words joined by `_`, or too long
 * @throws {NoMigrationFolderError} `folder`, or `postgres` in it, is not a folder
 * @throws {NotInWorkspaceError} no folder is named, and this is an installed package
 */
export function createMigration(options: { readonly name: string; readonly folder?: string }): MigrationFilePair {
  const { name, folder = MIGRATIONS_FOLDER } = options;
  if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name) || name.length > MAX_NAME_LENGTH)
    throw new InvalidMigrationNameError(name);
  if (options.folder === undefined && !IS_WORKSPACE) throw new NotInWorkspaceError();
  const folders = foldersIn(folder);
  requireFolder(folder);
  if (existsSync(folders.postgres)) requireFolder(folders.postgres);
  else mkdirSync(folders.postgres);
  const number = nextFreeNumber(Math.max(newestNumber(folders.sqlite), newestNumber(folders.postgres)));
  const title = `${numberText(number)}_${name}`;
  return { file: writeHeader(folders.sqlite, title), postgresFile: writeHeader(folders.postgres, title) };
}

const HEADER = [
  'Why:',
  'Adds:',
  'Rewrites: nothing',
  'Locks:    none',
  'Undo:     restore the backup taken before migrating.',
];

function writeHeader(folder: string, title: string): string {
  const path = join(folder, `${title}.sql`);
  writeFileSync(path, `-- ${title}\n${HEADER.map((line) => `-- ${line}`).join('\n')}\n\n`, { flag: 'wx' });
  return path;
}

function requireFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) throw new NoMigrationFolderError(folder, stats !== undefined);
}

function newestNumber(folder: string): number {
  const numbers = readdirSync(folder).map((file) => Number(/^(\d{3})_.*\.sql$/.exec(file)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}
