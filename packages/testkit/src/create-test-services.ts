import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { UsageTracker } from '@iron/usage';
import { createTestDb, type TestDbOptions } from './create-test-db.ts';
import type { TestDb, TestDbFile } from './test-db.ts';

/** What a test's database and the services over it are to be. */
export interface TestServiceOptions extends TestDbOptions {
  /** The clock of the services: milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
}

type InFile = TestServiceOptions & { readonly memory?: false };

/** A database of the test's own, and the tokens in it. */
export interface TestStorage extends TestDb {
  readonly storage: TokenStorage;
}

/** The same, and what calls with these tokens used. */
export interface TestTracker extends TestStorage {
  readonly tracker: UsageTracker;
}

/** The same as {@link TestStorage}, and the limits of the tokens' owners. */
export interface TestEnforcer extends TestStorage {
  readonly enforcer: LimitEnforcer;
}

/**
 * Gives a test the database that `createTestDb` gives, and a `TokenStorage` over it. At the end of the scope the
 * storage is closed, then the database.
 *
 * @example
 * await using t = await createTestStorage();
 * const { secret } = await t.storage.createToken({ userId: 'alice' });
 *
 * @throws {UnsafeTestFolderError | InvalidKeepSettingError} as `createTestDb`
 */
export async function createTestStorage(options?: InFile): Promise<TestStorage & TestDbFile>;
export async function createTestStorage(options: TestServiceOptions): Promise<TestStorage>;
export async function createTestStorage(options: TestServiceOptions = {}): Promise<TestStorage> {
  return await overTestDb(options, async () => ({}));
}

/**
 * The same as `createTestStorage`, with a `UsageTracker` over the same database.
 *
 * @throws {UnsafeTestFolderError | InvalidKeepSettingError} as `createTestDb`
 */
export async function createTestTracker(options?: InFile): Promise<TestTracker & TestDbFile>;
export async function createTestTracker(options: TestServiceOptions): Promise<TestTracker>;
export async function createTestTracker(options: TestServiceOptions = {}): Promise<TestTracker> {
  return await overTestDb(options, async (db, at) => ({ tracker: await UsageTracker.open(db, at) }));
}

/**
 * The same as `createTestStorage`, with a `LimitEnforcer` over the same database.
 *
 * @throws {UnsafeTestFolderError | InvalidKeepSettingError} as `createTestDb`
 */
export async function createTestEnforcer(options?: InFile): Promise<TestEnforcer & TestDbFile>;
export async function createTestEnforcer(options: TestServiceOptions): Promise<TestEnforcer>;
export async function createTestEnforcer(options: TestServiceOptions = {}): Promise<TestEnforcer> {
  return await overTestDb(options, async (db, at) => ({ enforcer: await LimitEnforcer.open(db, at) }));
}

type Clock = Pick<TestServiceOptions, 'now'>;

/** Everything is closed in the opposite order, also when a later part cannot be made. */
async function overTestDb<Services extends Readonly<Record<string, AsyncDisposable>>>(
  { now, ...options }: TestServiceOptions,
  open: (db: TestDb['db'], clock: Clock) => Promise<Services>,
): Promise<TestStorage & Services> {
  await using made = new AsyncDisposableStack();
  const { db, path, folder } = made.use(await createTestDb(options));
  const clock = now ? { now } : {};
  const storage = made.use(await TokenStorage.open(db, clock));
  const services = await open(db, clock);
  for (const service of Object.values(services)) made.use(service);
  const end = made.move();
  return { ...services, storage, db, path, folder, [Symbol.asyncDispose]: async () => await end.disposeAsync() };
}
