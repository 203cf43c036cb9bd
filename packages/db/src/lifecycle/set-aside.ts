import { chmodSync, constants, copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { makeBackupFolder } from '../backup/backup-folder.ts';
import { backupFolder, backupPlace, stampedPath, unfinishedPath } from '../backup/backup-names.ts';
import { removeDatabaseFiles, syncToDisk } from '../backup/file-durability.ts';
import { giveToOwnerOf } from '../connection/give-to-owner.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/** What may hold rows; the last is the file itself. A `-shm` is an index of the `-wal` that SQLite builds anew. */
const CONTENT_SUFFIXES = ['-wal', '-journal', ''] as const;

/**
 * Copies what is left of a database into the backups' folder, byte for byte. Nobody has it open.
 *
 * @returns where the copy of the database file is; of a database that was deleted, the copy of its log; `null` where
 *   nothing was left
 */
export function setAside(path: string, now: number): string | null {
  try {
    return keepContent(path, now);
  } catch (error) {
    throw explainDatabaseError(error, path);
  } finally {
    removeDatabaseFiles(unfinishedPath(path, 'damaged'));
  }
}

function keepContent(path: string, now: number): string | null {
  const suffixes = CONTENT_SUFFIXES.filter(
    (suffix) => (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  if (suffixes.length === 0) return null;
  makeBackupFolder(backupPlace(path));
  const unfinished = unfinishedPath(path, 'damaged');
  removeDatabaseFiles(unfinished);
  for (const suffix of suffixes) {
    copyFileSync(path + suffix, unfinished + suffix, constants.COPYFILE_EXCL);
    chmodSync(unfinished + suffix, 0o600);
    giveToOwnerOf(path, unfinished + suffix);
    syncToDisk(unfinished + suffix);
  }
  const target = freeTarget(path, now);
  for (const suffix of suffixes) renameSync(unfinished + suffix, target + suffix);
  syncToDisk(backupFolder(path));
  return target + (suffixes.at(-1) ?? '');
}

function freeTarget(path: string, now: number): string {
  for (let attempt = 1; ; attempt += 1) {
    const target = stampedPath(backupPlace(path), 'damaged', now, attempt);
    if (CONTENT_SUFFIXES.every((suffix) => !existsSync(target + suffix))) return target;
  }
}
