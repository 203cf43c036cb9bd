export { createTestDb, type ServerTestDbOptions, type TestDbOptions } from './create-test-db.ts';
export {
  type ServerTestServiceOptions,
  type TestEnforcer,
  type TestEnforcerOnServer,
  type TestServiceOptions,
  type TestStorage,
  type TestStorageOnServer,
  type TestTracker,
  type TestTrackerOnServer,
  createTestEnforcer,
  createTestStorage,
  createTestTracker,
} from './create-test-services.ts';
export type { TestDb, TestDbFile } from './test-db.ts';
export type { TestDbOnServer } from './test-db-on-server.ts';
export { InvalidKeepSettingError, NoTestServerError, UnsafeTestFolderError } from './testkit-errors.ts';
