export { type TestDbOptions, createTestDb } from './create-test-db.ts';
export {
  type TestEnforcer,
  type TestServiceOptions,
  type TestStorage,
  type TestTracker,
  createTestEnforcer,
  createTestStorage,
  createTestTracker,
} from './create-test-services.ts';
export type { TestDb, TestDbFile } from './test-db.ts';
export { InvalidKeepSettingError, UnsafeTestFolderError } from './testkit-errors.ts';
