import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyAllMigrations,
  type IronDatabase,
  openDatabase,
  openDatabaseImage,
  type OpenOptions,
  openSqliteDatabase,
  readMigrations,
} from '@iron/db';
import { cloneDatabase } from '@iron/test-clones';

/** The engine that the tests of this process are for: `postgres` in the project of that name, else `sqlite`. */
export const TEST_ENGINE = process.env['IRON_TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite';

/** A migrated, empty database of one test, closed and gone at the end of the `await using` block. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: IronDatabase;
  /** What other programs open it by; `sqlite::memory:` names nothing that they could. */
  readonly url: string;
  /** Opens it once more, as another process would. Closed with the rest. */
  openAnother(options?: OpenOptions): Promise<IronDatabase>;
}

/** How a {@link TestDatabase} is opened. */
export interface TestDatabaseOptions extends OpenOptions {
  /** Whether others open it as well: then SQLite's is a file, and not in memory. Default: no. */
  readonly shared?: boolean;
}

/** A database for one test, on the engine that this run of the tests is for. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  if (TEST_ENGINE === 'postgres') return await onPostgres(options);
  return options.shared ? await inFile(options) : await inMemory();
}

async function onPostgres(options: OpenOptions): Promise<TestDatabase> {
  const madeFrom = readMigrations('postgres').map(({ checksum }) => checksum);
  const clone = await cloneDatabase({ key: 'services', madeFrom, build: migrate });
  return await opened(clone.url, options, async () => await clone.drop());
}

async function inFile(options: OpenOptions): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'iron-test-'));
  const path = join(folder, 'tokens.db');
  writeFileSync(path, await migratedImage(), { mode: 0o600 });
  return await opened(`sqlite://${path}`, options, async () => rmSync(folder, { recursive: true }));
}

async function inMemory(): Promise<TestDatabase> {
  const database = openDatabaseImage(await migratedImage());
  return {
    database,
    url: 'sqlite::memory:',
    openAnother: async () => {
      throw new TypeError('A database in memory is opened once: ask for a shared one.');
    },
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

async function opened(url: string, options: OpenOptions, remove: () => Promise<void>): Promise<TestDatabase> {
  const all: IronDatabase[] = [];
  const openAnother = async (others: OpenOptions = {}) => {
    const database = await openDatabase(url, { ...options, ...others });
    all.push(database);
    return database;
  };
  return {
    database: await openAnother(),
    url,
    openAnother,
    async [Symbol.asyncDispose]() {
      for (const database of all) await database.close();
      await remove();
    },
  };
}

let image: Promise<Buffer> | undefined;

async function migratedImage(): Promise<Buffer> {
  image ??= (async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database);
    return database.connection.serialize();
  })();
  return await image;
}

async function migrate(url: string): Promise<void> {
  const database = await openDatabase(url);
  try {
    await applyAllMigrations(database);
  } finally {
    await database.close();
  }
}
