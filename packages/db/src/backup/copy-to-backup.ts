import { closeSync, openSync, rmSync, statSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { DatabaseIoError, DiskFullError } from '../connection/connection-errors.ts';
import { databaseFiles } from '../connection/database-files.ts';
import { openConnection, setPragma } from '../connection/open-connection.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { countRows } from '../structure/count-rows.ts';
import type { OnProgress } from '../progress.ts';
import { compareStructures } from '../structure/compare-structures.ts';
import { type DatabaseStructure, readStructure } from '../structure/read-structure.ts';
import { BackupNotVerifiedError } from './backup-errors.ts';
import { isFolder, makeBackupFolder } from './backup-folder.ts';
import { backupFolder, backupPlace, unfinishedPath } from './backup-names.ts';
import { type BackupReason, type BackupRecord, manifestPath, removeOrphanedManifests } from './backup-record.ts';
import { SMALL_BYTES, checkFileInWorker } from './check-file-in-worker.ts';
import { copyFileElsewhere } from './copy-file-elsewhere.ts';
import { removeDatabaseFiles } from './file-durability.ts';
import { publishBackup } from './publish-backup.ts';

export interface BackupRequest {
  /** Absolute, real path of the database. */
  readonly path: string;
  readonly reason: BackupReason;
  /** The caller keeps all others from writing to the database, and all that was committed is in the one file. */
  readonly isHeld?: boolean;
  readonly now: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Makes a verified backup of a database file. The caller holds its lifecycle lock.
 *
 * The copy is taken page by page from one snapshot, so others may go on writing and nothing of theirs is torn. Only
 * when it has been opened and found equal to that snapshot does it get its name and its manifest.
 *
 * @throws {BackupNotVerifiedError} the copy is damaged or differs from the database
 * @throws {DiskFullError} there is no room for it
 */
export async function copyToBackup(request: BackupRequest): Promise<BackupRecord> {
  const { path } = request;
  const unfinished = unfinishedPath(path, 'backup');
  try {
    makeBackupFolder(backupPlace(path));
    removeUnfinished(unfinished);
    removeOrphanedManifests(backupPlace(path));
    requireRoom(path);
    const isLarge = statSync(path).size > SMALL_BYTES;
    const verified = await (request.isHeld && isLarge ? copyHeld : copyAndVerify)(request, unfinished);
    return publishBackup(backupPlace(path), unfinished, { reason: request.reason, madeAt: request.now(), ...verified });
  } catch (error) {
    throw isVanished(error) ? new DatabaseIoError(path, error) : explainDatabaseError(error, path);
  } finally {
    removeUnfinished(unfinished);
  }
}

/** Somebody moved or removed a folder or a file of which this had made sure. */
function isVanished(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** After a failure too, whose reason counts more than that something cannot be removed. */
function removeUnfinished(unfinished: string): void {
  if (!isFolder(dirname(unfinished))) return;
  removeDatabaseFiles(unfinished);
  rmSync(manifestPath(unfinished), { force: true });
}

/**
 * Nothing changes meanwhile, so the database itself can be checked while it is copied; then the copy has to be the
 * same, byte by byte. That takes half the time of one after the other.
 */
async function copyHeld({ path, onProgress }: BackupRequest, target: string): Promise<Verified> {
  const checking = checkFileInWorker(path);
  checking.catch(() => undefined); // it is awaited below; until then a failure of the copy may come first
  await using copy = await copyFileElsewhere(path, target, (done, total) =>
    onProgress?.({ step: 'backup', done, total }),
  );
  onProgress?.({ step: 'verify', done: 0, total: 1 });
  const isSame = await copy.compare();
  const check = await checking;
  const problems = [...check.damage, ...(isSame ? [] : ['the copy is not the same, byte by byte'])];
  if (problems.length > 0) throw new BackupNotVerifiedError(path, problems, check.damage.length > 0);
  onProgress?.({ step: 'verify', done: 1, total: 1 });
  return { rows: check.rows, referenceViolations: check.referenceViolations };
}

type Verified = Pick<BackupRecord, 'rows' | 'referenceViolations'>;

async function copyAndVerify(request: BackupRequest, target: string): Promise<Verified> {
  const source = openConnection(request.path);
  try {
    source.exec('BEGIN');
    const rows = countRows(source); // the first read: from here on the snapshot stands
    const structure = readStructure(source);
    await copySnapshot(source, target, request.onProgress);
    return await verifyCopy(request, target, { rows, structure });
  } finally {
    source.close();
  }
}

/** Copies the snapshot that `source` holds into the new file `target`, complete in that one file. */
async function copySnapshot(source: Database.Database, target: string, onProgress?: OnProgress): Promise<void> {
  closeSync(openSync(target, 'wx', 0o600));
  await source.backup(target, {
    progress: ({ totalPages, remainingPages }) => {
      onProgress?.({ step: 'backup', done: totalPages - remainingPages, total: totalPages });
      return PAGES_A_STEP;
    },
  });
  const copy = openConnection(target);
  try {
    setPragma(copy, 'journal_mode', 'delete'); // the copy of a file in WAL mode would need a -wal beside it
  } finally {
    copy.close();
  }
}

/** 16 MiB: short enough for a server to answer in between. */
const PAGES_A_STEP = 4_096;

async function verifyCopy(
  request: BackupRequest,
  target: string,
  expected: { rows: Record<string, number>; structure: DatabaseStructure },
): Promise<Verified> {
  request.onProgress?.({ step: 'verify', done: 0, total: 1 });
  const check = await checkFileInWorker(target);
  const wrongCounts = Object.entries(expected.rows)
    .filter(([table, count]) => check.rows[table] !== count)
    .map(([table, count]) => `table ${table} has ${check.rows[table] ?? 'no'} rows instead of ${count}`);
  const differences = compareStructures(expected.structure, check.structure).map((difference) => difference.message);
  const problems = [...check.damage, ...wrongCounts, ...differences];
  if (problems.length > 0) throw new BackupNotVerifiedError(request.path, problems, check.damage.length > 0);
  request.onProgress?.({ step: 'verify', done: 1, total: 1 });
  return { rows: expected.rows, referenceViolations: check.referenceViolations };
}

function requireRoom(path: string): void {
  const neededBytes = databaseFiles(path)
    .map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
  const { bavail, bsize } = statfsSync(backupFolder(path));
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) throw new DiskFullError(path, { neededBytes, freeBytes });
}
