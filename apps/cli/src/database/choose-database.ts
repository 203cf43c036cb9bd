import {
  loadConfig,
  parseDatabaseUrl,
  type PostgresLocation,
  postgresName,
  resolveDatabaseFile,
  type DatabaseLocation,
} from '@iron/db';
import { isIronError } from '@iron/errors';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { InvalidValueError } from '../usage-errors.ts';
import { MemoryDatabaseError } from './database-errors.ts';

/** The one database that a command acts on. */
export type ChosenDatabase = ChosenFile | ChosenServer;

interface Chosen {
  /** What a person knows it by: the path of its file, or its URL without the password. */
  readonly name: string;
  /** What another command needs to act on the same one: `['--database', path]`, or nothing for the default. */
  readonly flag: readonly string[];
}

/** A file of SQLite. */
export interface ChosenFile extends Chosen {
  readonly kind: 'file';
  /** Absolute, symbolic links followed. */
  readonly path: string;
  readonly mode: 'ro' | 'rw' | 'rwc';
}

/** A database of a PostgreSQL server. */
export interface ChosenServer extends Chosen {
  readonly kind: 'postgres';
  readonly location: PostgresLocation;
}

/** What was typed about the database: the positional path or URL, or the value of `--database`. */
export interface TypedDatabase {
  readonly path?: string | undefined;
  readonly database?: string | undefined;
}

interface NamedDatabase {
  readonly location: DatabaseLocation;
  /** Where the name was found, as the person knows that place. */
  readonly source: string;
  readonly isDefault: boolean;
  /** What was typed, if it was. */
  readonly word?: string;
}

/**
 * The typed path over `DB_PATH` over the configuration. Relative names start in the folder where they were typed.
 *
 * @throws {InvalidValueError} what was typed or exported names no database
 * @throws {MemoryDatabaseError} the configuration names a database in memory
 * @throws {IronError} the configuration is wrong, or the file cannot be a database
 */
export function chooseDatabase(typed: TypedDatabase, context: Pick<Context, 'cwd' | 'env'>): ChosenDatabase {
  const { location, source, isDefault, word } = nameDatabase(typed, context);
  if (location.kind === 'memory') throw new MemoryDatabaseError(source);
  if (location.kind === 'postgres') return chooseServer(location, word);
  const path = resolveDatabaseFile(location.path);
  return { kind: 'file', name: path, path, mode: location.mode, flag: isDefault ? [] : ['--database', path] };
}

/** Where it is. */
export function locationOf(chosen: ChosenDatabase): Exclude<DatabaseLocation, { kind: 'memory' }> {
  return chosen.kind === 'postgres' ? chosen.location : { kind: 'file', path: chosen.path, mode: chosen.mode };
}

/** What was exported or configured holds for another command, too. A password that was typed is not repeated. */
function chooseServer(location: PostgresLocation, word: string | undefined): ChosenServer {
  const flag = word === undefined ? [] : ['--database', withoutPassword(word)];
  return { kind: 'postgres', name: postgresName(location), location, flag };
}

/** The URL as it was typed, also how the server is to prove itself; it has been parsed, so its one @ ends the password. */
function withoutPassword(url: string): string {
  return url.replace(/^([^:]+:\/\/[^:@/?]*):[^@/?]*@/, '$1@');
}

function nameDatabase(typed: TypedDatabase, { cwd, env }: Pick<Context, 'cwd' | 'env'>): NamedDatabase {
  if (typed.path !== undefined && typed.database !== undefined) {
    throw new InvalidValueError('--database', `names a second database beside ${JSON.stringify(typed.path)}`);
  }
  const source = typed.path === undefined ? '--database' : 'path';
  const name = typed.path ?? typed.database;
  if (name !== undefined) return { location: locate(name, source, { cwd, env }), source, isDefault: false, word: name };
  const exported = env['DB_PATH'];
  if (exported !== undefined)
    return { location: locate(exported, 'DB_PATH', { cwd, env }), source: 'DB_PATH', isDefault: false };

  const { location } = loadConfig({ folder: cwd, environment: env }).database;
  const isDefault = env['DATABASE_URL'] === undefined && env['IRON_ENV'] === undefined;
  return { location, source: 'database.url of the configuration', isDefault };
}

/** URLs; any other text with a colon in it is the name of a file. */
const URLS =
  /^(file|postgres|postgresql|mysql|mariadb|mssql|sqlserver|mongodb|redis|libsql|sqlite3?):|^[a-z][a-z0-9+.-]+:\/\//i;

function locate(name: string, source: string, { cwd, env }: Pick<Context, 'cwd' | 'env'>): DatabaseLocation {
  // Taking an empty name for none would wipe the default database with `iron db reset "$FORGOTTEN"`.
  if (name === '') throw new InvalidValueError(source, 'is empty', 'Name a file, or leave it out altogether.');
  // Node puts this mark where an argument is not UTF-8; the file with the mark in its name is another one.
  if (name.includes('\uFFFD')) throw new InvalidValueError(source, 'is not UTF-8', 'Rename the file.');
  if (name === ':memory:') return { kind: 'memory' };
  if (!URLS.test(name)) return { kind: 'file', path: resolve(cwd, name), mode: 'rwc' };
  try {
    return parseDatabaseUrl(name, cwd, env);
  } catch (error) {
    if (isIronError(error)) throw new InvalidValueError(source, error.message.replace(/\.$/, ''), error.hint);
    throw error;
  }
}
