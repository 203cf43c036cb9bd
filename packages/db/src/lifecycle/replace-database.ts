import { chmodSync, chownSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupNotVerifiedError } from '../backup/backup-errors.ts';
import type { BackupReason, BackupRecord } from '../backup/backup-record.ts';
import { copyToBackup } from '../backup/copy-to-backup.ts';
import { syncToDisk } from '../backup/file-durability.ts';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import { openConnection } from '../connection/open-connection.ts';
import type { OnProgress } from '../progress.ts';
import { holdExclusively, refuseHolders } from './exclusive-hold.ts';
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
  /** Where the damaged files that were there are kept, or `null`. */
  readonly setAside: string | null;
}

/**
 * Puts the fresh database in the place of the present one, after a verified backup of it. Until the one rename nothing
 * of the present database has changed; after it nothing of it is left at its place. The caller holds the lifecycle
 * lock.
 */
export async function replaceDatabase(replacement: Replacement): Promise<ReplacementReport> {
  const { present } = replacement;
  if (present.kind === 'missing' || present.kind === 'damaged') return replaceUnreadable(replacement);
  try {
    return await replaceReadable(replacement);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return replaceUnreadable(replacement);
  }
}

async function replaceReadable(replacement: Replacement): Promise<ReplacementReport> {
  const { path, present } = replacement;
  const hold = holdExclusively(path);
  try {
    const backup = present.kind === 'empty' ? null : await copyToBackup(replacement);
    moveInPlace(replacement.fresh, path);
    return { backup, setAside: null };
  } finally {
    hold.close();
  }
}

/** Nothing can be backed up here. What lies there is kept as it is, byte for byte. */
function replaceUnreadable(replacement: Replacement): ReplacementReport {
  const { path, fresh, now } = replacement;
  const kept = setAside(path, now());
  moveInPlace(fresh, path);
  return { backup: null, setAside: kept };
}

function isDamage(error: unknown): boolean {
  return error instanceof CorruptDatabaseError || (error instanceof BackupNotVerifiedError && error.damaged);
}

function moveInPlace(fresh: string, path: string): void {
  const connection = openConnection(fresh);
  connection.pragma('journal_mode = WAL');
  connection.close(); // folds the log back: one complete file
  takeOverOwnership(fresh, path);
  syncToDisk(fresh);
  refuseHolders(path); // a program that takes no lock of Iron's may have opened it during the backup
  renameSync(fresh, path);
  syncToDisk(dirname(path));
}

/** Whoever could open the database before can open it after, also when an administrator replaced it. */
function takeOverOwnership(fresh: string, path: string): void {
  const former = statSync(path, { throwIfNoEntry: false });
  if (!former) return;
  const { uid, gid } = statSync(fresh);
  if (former.uid !== uid || former.gid !== gid) chownSync(fresh, former.uid, former.gid);
  chmodSync(fresh, former.mode & 0o777);
}
