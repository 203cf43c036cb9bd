import { IronError } from '@iron/errors';

/** The folder for test databases could be read or changed by somebody else. Nothing in it was touched. */
export class UnsafeTestFolderError extends IronError {
  readonly code = 'testkit.unsafe_folder';
  constructor(folder: string, why: string) {
    super(`${folder} cannot hold test databases: ${why}.`, {
      hint: 'Remove it, or let TMPDIR name another folder for temporary files.',
      details: { folder },
    });
  }
}

/** A test wants a database on a PostgreSQL server, and nobody says which. */
export class NoTestServerError extends IronError {
  readonly code = 'testkit.no_server';
  constructor() {
    super('There is no PostgreSQL server for this test.', {
      hint: 'Set IRON_TEST_POSTGRES_URL to the URL of one, with a user who may make databases, or give `server`.',
    });
  }
}

/** `IRON_KEEP_TEST_DB` has a value that means nothing. */
export class InvalidKeepSettingError extends IronError {
  readonly code = 'testkit.invalid_keep_setting';
  constructor(value: string) {
    super(`IRON_KEEP_TEST_DB is ${JSON.stringify(value)}, which means nothing.`, {
      hint: 'Write 1 to keep every test database, on-failure to keep those of failed tests, or unset it to keep none.',
      details: { value },
    });
  }
}
