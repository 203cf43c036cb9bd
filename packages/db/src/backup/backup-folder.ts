import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { giveToOwnerOf } from '../connection/give-to-owner.ts';
import { NoBackupFolderError } from './backup-errors.ts';
import type { BackupPlace } from './backup-names.ts';
import { syncToDisk } from './file-durability.ts';

/** Whether the folder is there. @throws {NoBackupFolderError} something else is, or where it belongs */
export function requireBackupFolder(folder: string): boolean {
  const isThere = lstatWhere(folder) !== undefined;
  if (isThere && !isFolder(folder)) throw new NoBackupFolderError(folder);
  return isThere;
}

function lstatWhere(folder: string): Stats | undefined {
  try {
    return lstatSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    const isInFile = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
    throw isInFile ? new NoBackupFolderError(dirname(folder)) : error;
  }
}

/** Whether it is a folder, whatever else is there or in the way. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Makes the folder where there is none, readable to its owner only.
 *
 * @throws {NoBackupFolderError} something else is there, or where it belongs
 */
export function makeBackupFolder({ folder, owner }: BackupPlace): void {
  if (requireBackupFolder(folder)) return;
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  giveToOwnerOf(owner, made);
  syncToDisk(dirname(folder)); // else a crash could take the folder back with all that is in it
}
