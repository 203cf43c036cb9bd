import { chmodSync, chownSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { BackupNotVerifiedError } from '../backup/backup-errors.ts';
import type { BackupReason, BackupRecord } from '../backup/backup-record.ts';
import { copyToBackup } from '../backup/copy-to-backup.ts';
import { syncToDisk } from '../backup/file-durability.ts';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import { SIDECAR_SUFFIXES } from '../connection/database-files.ts';
import { openConnection, setPragma } from '../connection/open-connection.ts';
import type { OnProgress } from '../progress.ts';
import { holdExclusively, refuseHolders } from './exclusive-hold.ts';
import { ChangedMeanwhileError } from './lifecycle-errors.ts';
import type { PresentDatabase } from './present-database.ts';
import { setAside } from './set-aside.ts';

export interface Replacement {
  readonly path: string;
  readonly present: PresentDatabase;
  /** The new database beside it: whole, checked and closed. */
  readonly fresh: string;
  readonly reason: BackupReason;
  readonly now: () => number;
  readonly onProgress?: OnProgress;
}

export interface ReplacementReport {
  /** The verified backup of the database that was there, or `null` where none was or it was damaged. */
  readonly backup: BackupRecord | null;
  /** Where the damaged file that was there is kept, or the log, if it was all that was left; else `null`. */
  readonly setAside: string | null;
}

/**
 * Puts the fresh database in the place of the present one, after a verified backup of it. Until the one rename nothing
 * of the present database has changed; after it nothing of it is left at its place. (Of a damaged one the log goes
 * first: SQLite would apply it to the new one. It is kept with the rest.) The caller holds the lifecycle lock.
 */
export async function replaceDatabase(replacement: Replacement): Promise<ReplacementReport> {
  const { path, fresh, now } = replacement;
  makeReady(fresh, path);
  const backedUp = await backUpPresent(replacement);
  try {
    const kept = backedUp ? null : setAside(path, now());
    refuseHolders(path); // a program that takes no lock of Iron's may have opened it during the backup
    if (!backedUp) removeSidecars(path);
    else if (stateOf(path) !== backedUp.state) throw new ChangedMeanwhileError(path);
    renameSync(fresh, path);
    syncToDisk(dirname(path));
    return { backup: backedUp?.backup ?? null, setAside: kept };
  } finally {
    backedUp?.hold.close();
  }
}

/** Does everything that can fail before the present database is touched. */
function makeReady(fresh: string, path: string): void {
  const connection = openConnection(fresh);
  setPragma(connection, 'journal_mode', 'wal');
  connection.close(); // folds the log back: one complete file
  takeOverOwnership(fresh, path);
  syncToDisk(fresh);
}

interface BackedUp {
  /** Keeps writers out until the swap is done. */
  readonly hold: Database.Database;
  /** See {@link stateOf}. */
  readonly state: string;
  readonly backup: BackupRecord | null;
}

/** `undefined` where nothing can be backed up: there is no database, or it is damaged. */
async function backUpPresent(replacement: Replacement): Promise<BackedUp | undefined> {
  const { path, present } = replacement;
  if (present.kind === 'missing' || present.kind === 'damaged') return undefined;
  let hold: Database.Database | undefined;
  try {
    hold = holdExclusively(path);
    const state = stateOf(path);
    const isEmpty = present.kind === 'empty';
    return { hold, state, backup: isEmpty ? null : await copyToBackup({ ...replacement, isHeld: true }) };
  } catch (error) {
    hold?.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Which file it is and when it was written to. Held, it changes only if somebody copies or moves another one there. */
function stateOf(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? [stats.dev, stats.ino, stats.size, stats.mtimeNs].join(' ') : 'missing';
}

function isDamage(error: unknown): boolean {
  return error instanceof CorruptDatabaseError || (error instanceof BackupNotVerifiedError && error.damaged);
}

function removeSidecars(path: string): void {
  for (const suffix of SIDECAR_SUFFIXES) rmSync(path + suffix, { force: true });
}

/** Whoever could open the database before can open it after, also when an administrator replaced it. */
function takeOverOwnership(fresh: string, path: string): void {
  const former = statSync(path, { throwIfNoEntry: false });
  if (!former) return;
  const { uid, gid } = statSync(fresh);
  if (former.uid !== uid || former.gid !== gid) chownSync(fresh, former.uid, former.gid);
  chmodSync(fresh, former.mode & 0o777);
}
