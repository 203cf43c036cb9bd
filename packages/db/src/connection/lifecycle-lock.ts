import { chmodSync, closeSync, existsSync, lstatSync, openSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  DatabaseInUseError,
  DatabaseNotReadableError,
  DatabaseNotWritableError,
  UnusableLockFileError,
} from './connection-errors.ts';
import { findHolders } from './file-holders.ts';
import { giveToOwnerOf } from './give-to-owner.ts';
import { explainDatabaseError } from './sqlite-error.ts';

/**
 * What is done with the database. Any number may `open` it, which takes a moment, also while one `maintain`s it:
 * migrates it, or copies it. Who `replace`s the file is alone: nobody may be half-way through opening it.
 */
export type LifecycleLockMode = keyof typeof LOCK;

/** SQLite's SHARED, RESERVED and EXCLUSIVE locks. SHARED comes with the first read, not with BEGIN. */
const LOCK = {
  open: 'BEGIN; SELECT count(*) FROM sqlite_schema',
  maintain: 'BEGIN IMMEDIATE',
  replace: 'BEGIN EXCLUSIVE',
};

/** How long the commands on a whole database, and whoever opens one, wait for one another. */
export const WAIT_FOR_LIFECYCLE_MS = 10_000;

/** A migration or a backup may take long; whoever needs what it does waits for longer. */
export const WAIT_FOR_MAINTENANCE_MS = 10 * 60_000;

const RETRY_MS = 15;

/**
 * Runs `work` while holding the lock on the life of the database at `path`, waiting up to `waitMs` for it.
 *
 * The lock is SQLite's own lock on the empty file `<path>-lock`: it works between processes, and the system
 * releases it when a process is killed. The file stays; removing it would let two processes hold two locks.
 *
 * @throws {DatabaseInUseError} another process kept it for longer than `waitMs`
 */
export async function withLifecycleLock<T>(
  path: string,
  mode: LifecycleLockMode,
  waitMs: number,
  work: () => T | Promise<T>,
): Promise<T> {
  return await holdWhile(openLockFile(path), path, mode, waitMs, work);
}

/**
 * Runs `work` while nobody replaces the database, as {@link withLifecycleLock} does for who opens it; without the lock
 * where this user can neither make nor read it: what is on a read-only medium, or another user's, can still be read.
 *
 * @throws {DatabaseInUseError} the database was being replaced for longer than `waitMs`
 */
export async function withReadersLock<T>(path: string, waitMs: number, work: () => T | Promise<T>): Promise<T> {
  const lock = openLockFileIfAllowed(path);
  return await (lock ? holdWhile(lock, path, 'open', waitMs, work) : work());
}

async function holdWhile<T>(
  lock: Database.Database,
  path: string,
  mode: LifecycleLockMode,
  waitMs: number,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    await acquire(lock, mode, Date.now() + waitMs, path);
    return await work();
  } finally {
    lock.close();
  }
}

function openLockFileIfAllowed(path: string): Database.Database | undefined {
  try {
    return openLockFile(path);
  } catch (error) {
    if (error instanceof DatabaseNotReadableError || error instanceof DatabaseNotWritableError) return undefined;
    throw error;
  }
}

function openLockFile(path: string): Database.Database {
  const lockPath = `${path}-lock`;
  try {
    // Only a file that does not exist is opened by hand: closing a descriptor of one that does would drop its locks.
    if (!existsSync(lockPath)) createLockFile(path, lockPath);
  } catch (error) {
    if (lstatSync(lockPath, { throwIfNoEntry: false })?.isSymbolicLink() && !existsSync(lockPath)) {
      throw new UnusableLockFileError(lockPath, 'is a symbolic link to a file that does not exist', error);
    }
    if (!existsSync(lockPath)) throw explainDatabaseError(error, lockPath);
  }
  try {
    return new Database(lockPath, { timeout: 0, fileMustExist: true });
  } catch (error) {
    throw explainDatabaseError(error, lockPath);
  }
}

/** Whoever may write to the database may lock it. */
function createLockFile(path: string, lockPath: string): void {
  closeSync(openSync(lockPath, 'wx', 0o600));
  const database = statSync(path, { throwIfNoEntry: false });
  if (database) chmodSync(lockPath, database.mode & 0o666);
  giveToOwnerOf(path, lockPath);
}

async function acquire(
  lock: Database.Database,
  mode: LifecycleLockMode,
  deadline: number,
  path: string,
): Promise<void> {
  for (;;) {
    try {
      lock.pragma('journal_mode = MEMORY'); // the first lock for writing would leave a journal beside the empty file
      lock.exec(LOCK[mode]);
      return;
    } catch (error) {
      if (lock.inTransaction) lock.exec('ROLLBACK');
      if (!isBusy(error)) throw explainDatabaseError(error, `${path}-lock`);
      if (Date.now() >= deadline) throw new DatabaseInUseError(path, lockHolders(path), error);
    }
    await sleep(RETRY_MS + Math.random() * RETRY_MS);
  }
}

function lockHolders(path: string) {
  return findHolders(`${path}-lock`, { exceptSelf: true }) ?? [];
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
