import { readKeeping } from './keeping.ts';
import { privateFolder } from './private-folder.ts';
import { type TestDb, type TestDbFile, openInFile, openInMemory } from './test-db.ts';
import { testImage } from './test-image.ts';

/** What a test's database is to be. */
export interface TestDbOptions {
  /** Put the development data in; its week of usage ends now. Default: no. */
  readonly seeded?: boolean;
  /** Hold the database in memory: no file, and one connection only. Default: no. */
  readonly memory?: boolean;
}

/**
 * Gives a test a real database of its own: all migrations applied, foreign keys enforced, in a file in a folder that
 * nobody else uses. Both are gone with the scope, also when the test throws.
 *
 * It is the copy of a template that is made once for each content of the migrations. What killed processes have left
 * behind goes when the next process makes its first database.
 *
 * `IRON_KEEP_TEST_DB=1` keeps every database and prints its path; `on-failure` keeps those of tests that fail.
 *
 * @example
 * await using t = await createTestDb({ seeded: true });
 * const users = t.db.reader.select().from(schema.users).all();
 *
 * @throws {UnsafeTestFolderError} what lies in the folder for temporary files could be somebody else's
 * @throws {InvalidKeepSettingError} `IRON_KEEP_TEST_DB` is set to something that means nothing
 */
export async function createTestDb(options?: TestDbOptions & { readonly memory?: false }): Promise<TestDbFile>;
export async function createTestDb(options: TestDbOptions): Promise<TestDb>;
export async function createTestDb({ seeded = false, memory = false }: TestDbOptions = {}): Promise<TestDb> {
  const keeping = await readKeeping(process.env);
  const root = privateFolder();
  const image = await testImage(root, { seeded });
  return memory ? openInMemory(root, image, keeping) : await openInFile(root, image, keeping);
}
