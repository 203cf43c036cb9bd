import { type Keeping, readKeeping } from './keeping.ts';
import { seedDatabase } from '@iron/db';
import { privateFolder } from './private-folder.ts';
import { openInFile, openInMemory, type TestDb, type TestDbFile } from './test-db.ts';
import { openOnServer, type TestDbOnServer } from './test-db-on-server.ts';
import { startOfMinute, testImage } from './test-image.ts';

/** What a test's database is to be. */
export interface TestDbOptions {
  readonly engine?: 'sqlite';
  /** Put the development data in; its week of usage ends now. Default: no. */
  readonly seeded?: boolean;
  /** Hold the database in memory: no file, and one connection only. Default: no. */
  readonly memory?: boolean;
}

/** The same on a PostgreSQL server. */
export interface ServerTestDbOptions extends Pick<TestDbOptions, 'seeded'> {
  readonly engine: 'postgres';
  /** The URL of the server, with a user who may make databases. Default: that in `IRON_TEST_POSTGRES_URL`. */
  readonly server?: string;
  readonly memory?: false;
}

/**
 * Gives a test a real database of its own: all migrations applied, foreign keys enforced, in a file in a folder that
 * nobody else uses. Both are gone with the scope, also when the test throws.
 *
 * It is the copy of a template that is made once for each content of the migrations. What killed processes have left
 * behind goes when the next process makes its first database.
 *
 * With `engine: 'postgres'` it is a database of its own on the server that `IRON_TEST_POSTGRES_URL` names.
 *
 * `IRON_KEEP_TEST_DB=1` keeps every database and prints its path; `on-failure` keeps those of tests that fail.
 *
 * @example
 * await using t = await createTestDb({ seeded: true });
 * const users = await t.db.reader.select().from(schema.users);
 *
 * @throws {UnsafeTestFolderError} what lies in the folder for temporary files could be somebody else's
 * @throws {NoTestServerError} a database on a server is wanted, and nobody says on which
 * @throws {InvalidKeepSettingError} `IRON_KEEP_TEST_DB` is set to something that means nothing
 */
export async function createTestDb(options?: TestDbOptions & { readonly memory?: false }): Promise<TestDbFile>;
export async function createTestDb(options: TestDbOptions): Promise<TestDb>;
export async function createTestDb(options: ServerTestDbOptions): Promise<TestDbOnServer>;
export async function createTestDb(options: TestDbOptions | ServerTestDbOptions): Promise<TestDb | TestDbOnServer>;
export async function createTestDb(
  options: TestDbOptions | ServerTestDbOptions = {},
): Promise<TestDb | TestDbOnServer> {
  const keeping = await readKeeping(process.env);
  if (options.engine === 'postgres') return await createOnServer(options, keeping);
  const { seeded = false, memory = false } = options;
  const root = privateFolder();
  const image = await testImage(root, { seeded });
  return memory ? openInMemory(root, image, keeping) : await openInFile(root, image, keeping);
}

async function createOnServer({ seeded, server }: ServerTestDbOptions, keeping: Keeping): Promise<TestDbOnServer> {
  const test = await openOnServer(server, keeping);
  if (!seeded) return test;
  await using made = new AsyncDisposableStack();
  made.use(test);
  await seedDatabase(test.db, { now: startOfMinute });
  made.move();
  return test;
}
