import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { DatabaseIoError } from './connection-errors.ts';
import { explainDatabaseError } from './sqlite-error.ts';

/** An error of the file system, as Node makes one. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: what the system says`), { code });
}

describe('explainDatabaseError', () => {
  test.each([
    ['SQLITE_FULL', 'database.disk_full'],
    ['SQLITE_BUSY', 'database.in_use'],
    ['SQLITE_BUSY_SNAPSHOT', 'database.in_use'],
    ['SQLITE_LOCKED', 'database.in_use'],
    ['SQLITE_NOTADB', 'database.not_sqlite'],
    ['SQLITE_CORRUPT', 'database.corrupt'],
    ['SQLITE_CORRUPT_INDEX', 'database.corrupt'],
    ['SQLITE_READONLY_ROLLBACK', 'database.recovery_needed'],
    ['SQLITE_READONLY', 'database.not_writable'],
    ['SQLITE_READONLY_DIRECTORY', 'database.not_writable'],
    ['SQLITE_CANTOPEN', 'database.not_writable'],
    ['SQLITE_IOERR_FSYNC', 'database.io_failed'],
  ])('takes %s of SQLite for %s, and names the file', (code, explained) => {
    const cause = new Database.SqliteError('what SQLite says', code);
    expect(explainDatabaseError(cause, '/srv/tokens.db')).toMatchObject({
      code: explained,
      cause,
      details: { path: '/srv/tokens.db' },
    });
  });

  test.each([
    ['ENOSPC', 'database.disk_full'],
    ['EDQUOT', 'database.disk_full'],
    ['EACCES', 'database.not_writable'],
    ['EPERM', 'database.not_writable'],
    ['EROFS', 'database.not_writable'],
    ['EFBIG', 'database.io_failed'],
    ['EIO', 'database.io_failed'],
    ['EMFILE', 'database.io_failed'],
  ])('takes %s of the system for %s, and names the file', (code, explained) => {
    const cause = systemError(code);
    expect(explainDatabaseError(cause, '/srv/tokens.db')).toMatchObject({
      code: explained,
      cause,
      details: { path: '/srv/tokens.db' },
    });
  });

  test.each([
    ['SQLITE_IOERR_READ', new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_READ')],
    ['EIO', systemError('EIO')],
  ])('keeps %s as the code of a failure, also when another thread has explained it before', (code, cause) => {
    const explained = explainDatabaseError(cause, '/srv/copy.db');
    const expected = { message: `Reading or writing /srv/copy.db failed: ${cause.message}.`, details: { code } };
    expect(explained).toMatchObject(expected);
    const cloned = Object.assign(new Error('as it comes from a thread'), explained, { cause });
    expect(new DatabaseIoError('/srv/copy.db', cloned)).toMatchObject(expected);
  });

  test.each([
    ['a broken constraint', new Database.SqliteError('UNIQUE constraint failed', 'SQLITE_CONSTRAINT_UNIQUE')],
    ['an error of the program', new TypeError('x is not a function')],
    ['a missing file', systemError('ENOENT')],
    ['what is no error', 'boo'],
  ])('gives %s back as it is', (_, error) => {
    expect(explainDatabaseError(error, '/srv/tokens.db')).toBe(error);
  });
});
