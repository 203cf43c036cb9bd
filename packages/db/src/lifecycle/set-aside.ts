import { copyFileSync, existsSync, mkdirSync, constants, chmodSync, rmSync } from 'node:fs';
import { backupFolder, stampedPath } from '../backup/backup-names.ts';
import { syncToDisk } from '../backup/file-durability.ts';
import { databaseFiles, SIDECAR_SUFFIXES } from '../connection/database-files.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';

/**
 * Copies what is left of a database into the backups' folder, as it is, and then removes what lies beside the
 * original, which SQLite would otherwise apply to the database that takes its place. Nobody has it open.
 *
 * @returns where the copy of the main file is (or would be: a database that was deleted leaves only the others)
 */
export function setAside(path: string, now: number): string {
  try {
    mkdirSync(backupFolder(path), { recursive: true, mode: 0o700 });
    const target = freeTarget(path, now);
    for (const file of databaseFiles(path).filter((name) => existsSync(name))) {
      const copy = target + file.slice(path.length);
      copyFileSync(file, copy, constants.COPYFILE_EXCL);
      chmodSync(copy, 0o600);
      syncToDisk(copy);
    }
    syncToDisk(backupFolder(path));
    for (const suffix of SIDECAR_SUFFIXES) rmSync(path + suffix, { force: true });
    return target;
  } catch (error) {
    throw explainDatabaseError(error, path);
  }
}

function freeTarget(path: string, now: number): string {
  for (let attempt = 1; ; attempt += 1) {
    const target = `${stampedPath(path, 'damaged', now, attempt)}.db`;
    if (databaseFiles(target).every((file) => !existsSync(file))) return target;
  }
}
