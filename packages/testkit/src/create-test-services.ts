import type { IronDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { UsageTracker } from '@iron/usage';
import { createTestDb, type ServerTestDbOptions, type TestDbOptions } from './create-test-db.ts';
import type { TestDb, TestDbFile } from './test-db.ts';
import type { TestDbOnServer } from './test-db-on-server.ts';

/** The clock of the services. */
interface Clock {
  /** Milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
}

/** What a test's database and the services over it are to be. */
export type TestServiceOptions = TestDbOptions & Clock;

/** The same on a PostgreSQL server. */
export type ServerTestServiceOptions = ServerTestDbOptions & Clock;

type InFile = TestServiceOptions & { readonly memory?: false };
type Options = TestServiceOptions | ServerTestServiceOptions;

interface Storage {
  readonly storage: TokenStorage;
}
interface Tracker extends Storage {
  readonly tracker: UsageTracker;
}
interface Enforcer extends Storage {
  readonly enforcer: LimitEnforcer;
}

/** A database of the test's own, and the tokens in it. */
export interface TestStorage extends TestDb, Storage {}

/** The same, and what calls with these tokens used. */
export interface TestTracker extends TestDb, Tracker {}

/** The same as {@link TestStorage}, and the limits of the tokens' owners. */
export interface TestEnforcer extends TestDb, Enforcer {}

/** {@link TestStorage} on a PostgreSQL server. */
export interface TestStorageOnServer extends TestDbOnServer, Storage {}

/** {@link TestTracker} on a PostgreSQL server. */
export interface TestTrackerOnServer extends TestDbOnServer, Tracker {}

/** {@link TestEnforcer} on a PostgreSQL server. */
export interface TestEnforcerOnServer extends TestDbOnServer, Enforcer {}

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
export async function createTestStorage(options: ServerTestServiceOptions): Promise<TestStorageOnServer>;
export async function createTestStorage(options: Options): Promise<TestStorage | TestStorageOnServer>;
export async function createTestStorage(options: Options = {}): Promise<TestStorage | TestStorageOnServer> {
  return await overTestDb(options, async () => ({}));
}

/**
 * The same as `createTestStorage`, with a `UsageTracker` over the same database.
 *
 * @throws {UnsafeTestFolderError | InvalidKeepSettingError} as `createTestDb`
 */
export async function createTestTracker(options?: InFile): Promise<TestTracker & TestDbFile>;
export async function createTestTracker(options: TestServiceOptions): Promise<TestTracker>;
export async function createTestTracker(options: ServerTestServiceOptions): Promise<TestTrackerOnServer>;
export async function createTestTracker(options: Options): Promise<TestTracker | TestTrackerOnServer>;
export async function createTestTracker(options: Options = {}): Promise<TestTracker | TestTrackerOnServer> {
  return await overTestDb(options, async (db, at) => ({ tracker: await UsageTracker.open(db, at) }));
}

/**
 * The same as `createTestStorage`, with a `LimitEnforcer` over the same database.
 *
 * @throws {UnsafeTestFolderError | InvalidKeepSettingError} as `createTestDb`
 */
export async function createTestEnforcer(options?: InFile): Promise<TestEnforcer & TestDbFile>;
export async function createTestEnforcer(options: TestServiceOptions): Promise<TestEnforcer>;
export async function createTestEnforcer(options: ServerTestServiceOptions): Promise<TestEnforcerOnServer>;
export async function createTestEnforcer(options: Options): Promise<TestEnforcer | TestEnforcerOnServer>;
export async function createTestEnforcer(options: Options = {}): Promise<TestEnforcer | TestEnforcerOnServer> {
  return await overTestDb(options, async (db, at) => ({ enforcer: await LimitEnforcer.open(db, at) }));
}

/** Everything is closed in the opposite order, also when a later part cannot be made. */
async function overTestDb<Services extends Readonly<Record<string, AsyncDisposable>>>(
  { now, ...options }: Options,
  open: (db: IronDatabase, clock: Clock) => Promise<Services>,
): Promise<(TestDb | TestDbOnServer) & Storage & Services> {
  await using made = new AsyncDisposableStack();
  const test = made.use(await createTestDb(options));
  const clock = now ? { now } : {};
  const storage = made.use(await TokenStorage.open(test.db, clock));
  const services = await open(test.db, clock);
  for (const service of Object.values(services)) made.use(service);
  const end = made.move();
  return { ...test, ...services, storage, [Symbol.asyncDispose]: async () => await end.disposeAsync() };
}
