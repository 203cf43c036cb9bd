export { type TestDbOptions, createTestDb } from './create-test-db.ts';
export type { TestDb, TestDbFile } from './test-db.ts';
export { InvalidKeepSettingError, UnsafeTestFolderError } from './testkit-errors.ts';
