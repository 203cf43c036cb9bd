import { existsSync, linkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { giveToOwnerOf } from '../connection/give-to-owner.ts';
import { type BackupPlace, stampedPath } from './backup-names.ts';
import { type BackupRecord, manifestPath, manifestText, verifiedBackupsIn } from './backup-record.ts';
import { syncToDisk } from './file-durability.ts';

/**
 * Gives the verified copy of a database its name, which nobody else has, and its manifest. The manifest comes first:
 * killed in between, there is a manifest without a backup, which counts for nothing, and never the reverse.
 */
export function publishBackup(
  place: BackupPlace,
  unfinished: string,
  about: Omit<BackupRecord, 'path' | 'sequence' | 'sizeBytes'>,
): BackupRecord {
  const { reason, madeAt, ...content } = about;
  // A manifest of somebody else's may be at the end of the numbers already; then the names tell which is newer.
  const sequence = Math.min((verifiedBackupsIn(place)[0]?.sequence ?? 0) + 1, Number.MAX_SAFE_INTEGER);
  const { size: sizeBytes } = statSync(unfinished);
  giveToOwnerOf(place.owner, unfinished);
  syncToDisk(unfinished);
  for (let attempt = 1; ; attempt += 1) {
    const path = stampedPath(place, 'backup', madeAt, attempt);
    const record = { path, sequence, reason, madeAt, sizeBytes, ...content };
    if (existsSync(path) || existsSync(manifestPath(path))) continue;
    writeManifest(record, place, unfinished);
    if (!nameIfFree(unfinished, path)) {
      rmSync(manifestPath(path));
      continue;
    }
    rmSync(unfinished, { force: true });
    syncToDisk(dirname(path));
    return record;
  }
}

function writeManifest(record: BackupRecord, place: BackupPlace, unfinished: string): void {
  rmSync(manifestPath(unfinished), { force: true });
  // Not through a link: an administrator's command also writes beside a database of another user.
  writeFileSync(manifestPath(unfinished), manifestText(record, place.database), { mode: 0o600, flag: 'wx' });
  giveToOwnerOf(place.owner, manifestPath(unfinished));
  syncToDisk(manifestPath(unfinished));
  renameSync(manifestPath(unfinished), manifestPath(record.path));
}

/** Unlike a rename, a link never replaces a file. Some file systems have no links; there the lock must do. */
function nameIfFree(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
  }
  if (existsSync(name)) return false;
  renameSync(file, name);
  return true;
}
