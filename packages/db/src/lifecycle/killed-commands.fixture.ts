import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { backupDatabase } from '../backup/backup-database.ts';
import { listBackups } from '../backup/backup-record.ts';
import { checkFile } from '../backup/check-file.ts';
import { planMigrations } from '../migrations/migration-plan.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { countRows } from '../structure/count-rows.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import { type DatabaseFolder, listing } from './database-folder.fixture.ts';
import type { KilledCommand } from './kill.fixture.ts';
import { addPayloads, addUser, integrityOf, makeDatabase, makeOldDatabase, openRaw } from './made-database.fixture.ts';
import { migrateDatabase } from './migrate-database.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';

/** What tells one database from another, and that no row is lost: its row counts, and its users by name. */
type Content = Readonly<Record<string, number>>;

function contentOf(path: string): Content {
  using database = openRaw(path, { fileMustExist: true });
  const { connection } = database;
  const rows = Object.entries(countRows(connection)).filter(([table, count]) => !table.startsWith('_') && count > 0);
  const users = connection.prepare<[], string>("SELECT 'user ' || username FROM users").pluck().all();
  return Object.fromEntries([...rows, ...users.map((user): [string, number] => [user, 1])]);
}

const OLD: Content = { users: 1, 'user old': 1, api_tokens: 1, api_call_traces: 50 };
const CHANGED: Content = { ...OLD, users: 2, 'user later': 1 };
const SEEDED: Content = {
  users: 3,
  'user admin': 1,
  'user project_manager': 1,
  'user viewer': 1,
  api_tokens: 3,
  token_usage: 7,
  usage_limits: 3,
};

/** A database of a megabyte, so that copying it takes a while. */
async function makeOld(folder: DatabaseFolder): Promise<void> {
  await makeDatabase(folder.database);
  addPayloads(folder.database, 1_000_000);
}

async function makeChanged(folder: DatabaseFolder): Promise<void> {
  await makeOld(folder);
  await backupDatabase({ path: folder.database });
  using database = openRaw(folder.database);
  addUser(database.connection, 'later');
}

/** Everything that is named like a backup is one: verified, whole, and with the rows that it was made with. */
function readBackups(folder: DatabaseFolder): string[] {
  return listBackups(folder.database).map((backup) => {
    const { damage, rows } = checkFile(backup.path);
    expect({ verified: true, damage: [], rows }).toEqual({
      verified: backup.verified,
      damage,
      rows: 'rows' in backup && backup.rows,
    });
    return backup.path;
  });
}

/** The database is, as a whole, the one before or the one after; and if it is the latter, the former is a backup. */
function expectEither(folder: DatabaseFolder, before: Content, after: Content): 'before' | 'after' {
  expect(integrityOf(folder.database)).toBe('ok');
  const backups = readBackups(folder).map(contentOf);
  const found = contentOf(folder.database);
  const isAfter = isDeepStrictEqual(found, after);
  expect(isAfter ? backups : [found]).toContainEqual(before);
  return isAfter ? 'after' : 'before';
}

const BELONGS = /^(dev_tokens\.db|backups(\/dev_tokens_backup_\d{8}_\d{6}(_\d+)?\.db(\.json)?)?)$/;

/** Nothing lies around that is not the database or a backup of it. */
function expectSwept(folder: DatabaseFolder): void {
  expect(listing(folder.path).filter((name) => !BELONGS.test(name))).toEqual([]);
}

/** Leaves the old database or the new one, and the next reset sweeps up. */
export const KILLED_RESET: KilledCommand = {
  command: 'reset',
  prepare: makeOld,
  async check(folder) {
    const state = expectEither(folder, OLD, SEEDED);

    const { backup } = await resetDatabase({ path: folder.database, seed: false, environment: 'development' });

    expect(contentOf(backup?.path ?? '')).toEqual(state === 'before' ? OLD : SEEDED);
    expect(contentOf(folder.database)).toEqual({});
    expectSwept(folder);
    return state;
  },
};

/** Leaves the present database or the restored one, and the next restore sweeps up. */
export const KILLED_RESTORE: KilledCommand = {
  command: 'restore',
  prepare: makeChanged,
  async check(folder) {
    const [first = ''] = readBackups(folder).toReversed();
    const state = expectEither(folder, CHANGED, OLD);

    await restoreDatabase({ environment: 'development', path: folder.database, from: first });

    expect(contentOf(folder.database)).toEqual(OLD);
    expectSwept(folder);
    return state;
  },
};

/** Leaves a database with every row, at one of the migrations, and the next run applies the others. */
export const KILLED_MIGRATIONS: KilledCommand = {
  command: 'migrate',
  prepare: ({ database }) => makeOldDatabase(database),
  async check(folder) {
    const applied = expectMigrated(folder);
    const backups = readBackups(folder);
    expect(applied === 1 || backups.length === 1).toBe(true);
    expect(backups.map(countTokens)).toEqual(backups.map(() => ALL_TOKENS));

    await migrateDatabase({ path: folder.database, environment: 'development' });

    expect(expectMigrated(folder)).toBe(readMigrations().length);
    const { passed } = await verifyDatabase({ path: folder.database, environment: 'development' });
    expect(passed).toBe(true);
    expectSwept(folder);
    return `at ${applied}`;
  },
};

const ALL_TOKENS = { api_tokens: 50, token_usage: 5_000 };

function countTokens(path: string): unknown {
  const { api_tokens, token_usage } = checkFile(path).rows;
  return { api_tokens, token_usage };
}

/** All rows are there, and the tables are those of as many migrations as are said to be applied. */
function expectMigrated(folder: DatabaseFolder): number {
  expect(integrityOf(folder.database)).toBe('ok');
  expect(countTokens(folder.database)).toEqual(ALL_TOKENS);
  using database = openRaw(folder.database);
  return planMigrations({ connection: database.connection, path: folder.database }).applied.length;
}
