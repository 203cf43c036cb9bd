import { existsSync, linkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stampedPath } from './backup-names.ts';
import { type BackupRecord, manifestPath, manifestText, verifiedBackups } from './backup-record.ts';
import { syncToDisk } from './file-durability.ts';

/**
 * Gives the verified copy of a database its name, which nobody else has, and its manifest. The manifest comes first:
 * killed in between, there is a manifest without a backup, which counts for nothing, and never the reverse.
 */
export function publishBackup(
  database: string,
  unfinished: string,
  about: Pick<BackupRecord, 'reason' | 'madeAt' | 'rows' | 'referenceViolations'>,
): BackupRecord {
  const { reason, madeAt, ...content } = about;
  const sequence = (verifiedBackups(database)[0]?.sequence ?? 0) + 1;
  const { size: sizeBytes } = statSync(unfinished);
  syncToDisk(unfinished);
  for (let attempt = 1; ; attempt += 1) {
    const path = `${stampedPath(database, 'backup', madeAt, attempt)}.db`;
    const record = { path, sequence, reason, madeAt, sizeBytes, ...content };
    if (existsSync(path) || existsSync(manifestPath(path))) continue;
    writeManifest(record, database);
    if (!linkIfFree(unfinished, path)) {
      rmSync(manifestPath(path));
      continue;
    }
    rmSync(unfinished);
    syncToDisk(dirname(path));
    return record;
  }
}

function writeManifest(record: BackupRecord, database: string): void {
  const path = manifestPath(record.path);
  writeFileSync(`${path}.partial`, manifestText(record, database), { mode: 0o600 });
  syncToDisk(`${path}.partial`);
  renameSync(`${path}.partial`, path);
}

/** Unlike a rename, a link never replaces a file. */
function linkIfFree(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
