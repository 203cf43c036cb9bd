import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { IronError } from '@iron/errors';
import { SumTooLargeError } from '../commit/commit-errors.ts';
import {
  CorruptDatabaseError,
  DatabaseInUseError,
  DatabaseIoError,
  DatabaseNotReadableError,
  DatabaseNotWritableError,
  DiskFullError,
  NotSqliteError,
  RecoveryNeededError,
} from './connection-errors.ts';
import { isReadable } from './file-access.ts';
import { findHolders } from './file-holders.ts';

/** What becomes of an integer beyond 64 bits, in a column of {@link SumTooLargeError}. */
const BEYOND_A_SUM = /REAL value in INTEGER column _usage_by_/;
const IO_FAILURES = new Set(['EFBIG', 'EIO', 'EMFILE', 'ENFILE']);

/**
 * Turns what SQLite or the file system says about the file at `path` into the error that a person can act on.
 * What it does not know comes back as it is.
 */
export function explainDatabaseError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return new DiskFullError(path, {}, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return accessRefused(path, error);
  if (IO_FAILURES.has(code)) return new DatabaseIoError(path, error);
  if (!(error instanceof Database.SqliteError)) return error;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new DatabaseInUseError(path, findHolders(path, { exceptSelf: true }) ?? [], error);
  }
  if (code.startsWith('SQLITE_NOTADB')) return new NotSqliteError(path, error);
  if (code.startsWith('SQLITE_CORRUPT')) return new CorruptDatabaseError(path, error.message, error);
  if (code === 'SQLITE_READONLY_ROLLBACK') return new RecoveryNeededError(path, error);
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) return accessRefused(path, error);
  if (code === 'SQLITE_CONSTRAINT_DATATYPE' && BEYOND_A_SUM.test(error.message)) return new SumTooLargeError(error);
  if (code.startsWith('SQLITE_IOERR')) return new DatabaseIoError(path, error);
  return error;
}

/** A refusal does not say what was refused: a file that cannot even be read is one matter, its journal's place another. */
function accessRefused(path: string, cause: Error): IronError {
  const isHidden = existsSync(path) && !isReadable(path);
  return isHidden ? new DatabaseNotReadableError(path, cause) : new DatabaseNotWritableError(path, cause);
}
