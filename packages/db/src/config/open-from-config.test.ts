import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TooManyConnectionsError } from '../connection/connection-errors.ts';
import { readIdentity } from '../connection/identity.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import type { SqliteDatabase } from '../connection/sqlite-database.ts';
import { databaseIdentity } from '../schema/database-identity.ts';
import { users } from '../schema/index.ts';
import { all, type Reader } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { MigrationsPendingError } from '../migrations/migration-errors.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';
import { readMigrations } from '../migrations/read-migrations.ts';
import { openFromConfig, type OpenFromConfigOptions } from './open-from-config.ts';
import { projectFolder } from './project-folder.fixture.ts';

async function openConfigured(config: Config, options?: OpenFromConfigOptions): Promise<SqliteDatabase> {
  const database = await openFromConfig(config, options);
  if (database.engine !== 'sqlite') throw new TypeError('These are configurations of files.');
  return database;
}

function open(folder: string, environment: NodeJS.ProcessEnv = {}): Promise<SqliteDatabase> {
  return openConfigured(loadConfig({ folder, environment }));
}

function countRows(database: SqliteDatabase, table: 'users' | 'token_usage' | 'sqlite_schema'): unknown {
  return database.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
}

function* countUsers(reader: Reader): Work<number> {
  return (yield* all(reader.select().from(users))).length;
}

describe('openFromConfig', () => {
  test('opens, migrates and enforces references, as the file says', async () => {
    using project = projectFolder({
      'config.prod.toml': '[database]\nurl = "sqlite:///./tokens.db?mode=rwc"\nmax_connections = 10\n',
    });

    using database = await open(project.path, { IRON_ENV: 'production' });

    expect(database).toMatchObject({ path: join(project.path, 'tokens.db'), maxConnections: 10 });
    expect(database.connection.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(countRows(database, 'users')).toBe(0);
    expect(readIdentity(database.connection)).toMatchObject({ environment: 'production' });
  });

  test('lets variables override the file', async () => {
    using project = projectFolder({
      'config.dev.toml': '[database]\nurl = "sqlite:///./a.db"\nmax_connections = 3\n',
    });
    const environment = { DATABASE_URL: 'sqlite:///./b.db', DATABASE_MAX_CONNECTIONS: '2' };

    using database = await open(project.path, environment);

    expect(database).toMatchObject({ path: join(project.path, 'b.db'), maxConnections: 2 });
    expect(existsSync(join(project.path, 'a.db'))).toBe(false);
  });

  test('opens another database than the configured one, in the same way', async () => {
    using project = projectFolder();
    const config = loadConfig({ folder: project.path, environment: { DATABASE_MAX_CONNECTIONS: '2' } });
    const path = join(project.path, 'other.db');

    using database = await openConfigured(config, { location: { kind: 'file', path, mode: 'rwc' } });

    expect(database).toMatchObject({ path, maxConnections: 2 });
    expect(countRows(database, 'users')).toBe(0);
    expect(existsSync(join(project.path, 'dev_tokens.db'))).toBe(false);
  });

  test('has writes give up after the time that the program chooses', async () => {
    using project = projectFolder();
    using database = await openConfigured(loadConfig({ folder: project.path, environment: {} }), { giveUpAfterMs: 20 });
    using other = await open(project.path);
    other.connection.exec('BEGIN IMMEDIATE');
    await expect(database.write(countUsers)).rejects.toMatchObject({
      code: 'database.busy',
      details: { waitedMs: 20 },
    });
    other.connection.exec('ROLLBACK');
    expect(await database.write(countUsers)).toBe(0);
  });

  test('holds no more connections than max_connections', async () => {
    using project = projectFolder();
    using database = await open(project.path, { DATABASE_MAX_CONNECTIONS: '2' });

    const snapshot = database.openSnapshot();
    expect(() => database.openSnapshot()).toThrow(TooManyConnectionsError);
    snapshot.close();
    database.openSnapshot().close();
  });

  test('opens a database in memory for tests', async () => {
    using project = projectFolder();
    using database = await open(project.path, { IRON_ENV: 'test' });
    expect(database.path).toBe(':memory:');
    expect(countRows(database, 'users')).toBe(0);
  });

  test('switches references off when foreign_keys is false', async () => {
    using project = projectFolder();
    using database = await open(project.path, { IRON_ENV: 'test', DATABASE_FOREIGN_KEYS: 'false' });
    expect(database.connection.pragma('foreign_keys', { simple: true })).toBe(0);
  });

  test('puts in the development data when auto_seed is true, any number of times', async () => {
    using project = projectFolder();
    for (let time = 1; time <= 2; time += 1) {
      using database = await open(project.path, { DEVELOPMENT_AUTO_SEED: 'true' });
      expect([countRows(database, 'users'), countRows(database, 'token_usage')]).toEqual([3, 7]);
    }
  });

  test('keeps the mark of a production database that is opened for development', async () => {
    using project = projectFolder();
    const url = { DATABASE_URL: 'sqlite:///./tokens.db' };
    (await open(project.path, { ...url, IRON_ENV: 'production' })).close();
    using database = await open(project.path, url);
    expect(readIdentity(database.connection)).toMatchObject({ environment: 'production' });
  });

  test('marks a database that was made in development when it is opened in production', async () => {
    using project = projectFolder();
    const url = { DATABASE_URL: 'sqlite:///./tokens.db' };
    (await open(project.path, url)).close();
    using database = await open(project.path, { ...url, IRON_ENV: 'production' });
    expect(readIdentity(database.connection)).toMatchObject({ environment: 'production' });
  });
});

async function refuse({ reader }: IronDatabase): Promise<void> {
  const [identity] = await reader.select().from(databaseIdentity);
  throw new Error(`${identity?.environment} is refused`);
}

describe('openFromConfig with a program that looks first', () => {
  test('marks no database as one of production that the program refuses', async () => {
    using project = projectFolder();
    const environment = { DATABASE_URL: 'sqlite:///./tokens.db', IRON_ENV: 'production' };
    (await open(project.path, { ...environment, IRON_ENV: 'development' })).close();
    const config = loadConfig({ folder: project.path, environment });

    await expect(openFromConfig(config, { accept: refuse })).rejects.toThrow('development is refused');

    using database = await open(project.path, { ...environment, IRON_ENV: 'development' });
    expect(readIdentity(database.connection)).toMatchObject({ environment: 'development' });
  });
});

describe('openFromConfig with migrations pending', () => {
  test('refuses when auto_migrate is false, names the command, and has migrated nothing', async () => {
    using project = projectFolder();
    const path = join(project.path, 'tokens.db');
    const environment = { DATABASE_URL: 'sqlite:///./tokens.db', DATABASE_AUTO_MIGRATE: 'false' };

    for (let time = 1; time <= 2; time += 1) {
      await expect(open(project.path, environment)).rejects.toMatchObject({
        code: 'migration.pending',
        details: { path, pending: readMigrations().length },
        hint: 'Apply them with `iron db migrate`.',
      });
    }
  });

  test('opens without migrating when none is pending', async () => {
    using project = projectFolder();
    (await open(project.path)).close();
    using database = await open(project.path, { DATABASE_AUTO_MIGRATE: 'false' });
    expect(countRows(database, 'users')).toBe(0);
  });

  test('reads only with mode=ro, and refuses a database that would have to be migrated', async () => {
    using project = projectFolder();
    const environment = { DATABASE_URL: 'sqlite:///./dev_tokens.db?mode=ro' };
    const emptied = { DATABASE_AUTO_MIGRATE: 'false', DATABASE_URL: 'sqlite:///./dev_tokens.db' };
    await expect(open(project.path, emptied)).rejects.toThrow(MigrationsPendingError);
    await expect(open(project.path, environment)).rejects.toThrow(MigrationsPendingError);

    (await open(project.path)).close();
    using database = await open(project.path, environment);
    expect(countRows(database, 'users')).toBe(0);
    expect(() => database.connection.exec('DELETE FROM users')).toThrow('attempt to write a readonly database');
  });
});
