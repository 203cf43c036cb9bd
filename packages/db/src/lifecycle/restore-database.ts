import { chmodSync, copyFileSync, existsSync, realpathSync } from 'node:fs';
import { UnusableBackupError } from '../backup/backup-errors.ts';
import { backupPlace } from '../backup/backup-names.ts';
import { listBackups } from '../backup/backup-record.ts';
import { checkFileInWorker } from '../backup/check-file-in-worker.ts';
import { chooseBackup } from '../backup/choose-backup.ts';
import { findHolders } from '../connection/file-holders.ts';
import { type DatabaseIdentity, readIdentity } from '../connection/identity.ts';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { openConnection, setPragma } from '../connection/open-connection.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { explainDatabaseError } from '../connection/sqlite-error.ts';
import { readMigrationState } from '../migrations/migration-state.ts';
import type { Environment } from '../connection/environment.ts';
import type { OnProgress } from '../progress.ts';
import { buildBeside } from './build-beside.ts';
import { examineDatabase, isProduction } from './present-database.ts';
import { type ReplacementReport, replaceDatabase } from './replace-database.ts';
import { refuseDevelopment, requireRestorable } from './restore-rules.ts';

/** Which database to put which backup in the place of. */
export interface RestoreOptions {
  /** The database file; a relative path is relative to the working directory. */
  readonly path: string;
  /** The backup's file, or `last` for the newest verified one. */
  readonly from: string;
  /** Where this runs. In production only a backup of a production database is put back. */
  readonly environment: Environment;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/** What a restore did. */
export interface RestoreReport extends ReplacementReport {
  /** Absolute path of the database; of one on a server, what a person knows it by. */
  readonly path: string;
  /** Absolute path of the file that was restored. */
  readonly from: string;
  readonly rows: Readonly<Record<string, number>>;
  /** Migration files that the restored database lacks. */
  readonly pending: readonly string[];
  /** Why it cannot be migrated as it is, or `null`: what was altered by hand is put back altered. */
  readonly problem: string | null;
}

/**
 * Puts a copy of a backup in the place of the database. The backup is verified before, the present database backed
 * up before, and the swap is one step, as in {@link resetDatabase}; the backup itself is only read.
 *
 * @throws {NoBackupError} `last`, and there is no verified backup
 * @throws {UnusableBackupError} the file is missing, damaged, in use, or not a database of Iron's
 * @throws {DatabaseInUseError} a process has the present database open
 * @throws {ChangedMeanwhileError} another program moved or overwrote it meanwhile
 * @throws {ProductionRefusedError} the present database is one of production, and the backup is not
 */
export async function restoreDatabase(options: RestoreOptions): Promise<RestoreReport> {
  const path = resolveDatabaseFile(options.path);
  const now = options.now ?? Date.now;
  return await withLifecycleLock(path, 'replace', WAIT_FOR_LIFECYCLE_MS, async () => {
    const from = chooseFile(path, options.from);
    const present = examineDatabase(path);
    return await buildBeside(path, async (fresh) => {
      const expected = expectedRows(path, from);
      copyBackup(from, fresh, expected !== undefined);
      const { identity, ...checked } = await checkCopy(from, fresh, expected);
      refuseDevelopment({ name: path, isProduction: isProduction(present) }, options.environment, identity ?? null);
      const replaced = await replaceDatabase({ ...options, path, fresh, present, reason: 'restore', now });
      return { path, from, ...checked, ...replaced };
    });
  });
}

function chooseFile(path: string, from: string): string {
  const file = chooseBackup(path, backupPlace(path), from);
  if (realpathSync(file) === path) throw new UnusableBackupError(file, 'it is the database itself');
  return file;
}

/**
 * Copies the backup; the copy is what gets opened, so the backup stays as it is. One that Iron made is complete in its
 * one file, and a log beside it is not its own. With another file comes what SQLite left beside the real file.
 */
function copyBackup(from: string, fresh: string, isComplete: boolean): void {
  const real = realpathSync(from);
  const holders = findHolders(from);
  if (holders && holders.length > 0) {
    const names = holders.map((holder) => `process ${holder.pid} (${holder.command})`).join(', ');
    throw new UnusableBackupError(from, `it is open in ${names}`, 'Stop that process first.');
  }
  const belonging = isComplete ? [''] : ['', '-wal', '-journal'];
  const suffixes = belonging.filter((suffix) => existsSync(real + suffix));
  for (const suffix of suffixes) {
    copyFileSync(real + suffix, fresh + suffix);
    chmodSync(fresh + suffix, 0o600);
  }
}

function expectedRows(path: string, from: string): Readonly<Record<string, number>> | undefined {
  const real = realpathSync(from);
  const listing = listBackups(path).find((candidate) => candidate.path === real);
  return listing?.verified ? listing.rows : undefined;
}

interface CheckedCopy extends Pick<RestoreReport, 'rows' | 'pending' | 'problem'> {
  readonly identity: DatabaseIdentity | undefined;
}

async function checkCopy(
  from: string,
  copy: string,
  expected: Readonly<Record<string, number>> | undefined,
): Promise<CheckedCopy> {
  const readable = readCopy(from, copy);
  const { damage, rows } = await checkFileInWorker(copy);
  const wrong = Object.entries(expected ?? rows).find(([table, count]) => rows[table] !== count);
  if (damage[0] !== undefined) throw new UnusableBackupError(from, `it is damaged: ${damage[0]}`);
  if (wrong) throw new UnusableBackupError(from, `table ${wrong[0]} has not the ${wrong[1]} rows it was made with`);
  return { ...readable, rows };
}

/** Opens the copy, which applies a log that came with it, and asks whether it is a database that Iron can use. */
function readCopy(from: string, copy: string): Omit<CheckedCopy, 'rows'> {
  try {
    const connection = openConnection(copy);
    try {
      setPragma(connection, 'journal_mode', 'delete');
      const outlook = readMigrationState({ connection, path: from });
      return { ...requireRestorable(outlook, from), identity: readIdentity(connection) };
    } finally {
      connection.close();
    }
  } catch (error) {
    const reason = explainDatabaseError(error, from);
    if (reason instanceof UnusableBackupError || !(reason instanceof Error)) throw reason;
    const why = reason.message.replaceAll(copy, from).replace(from, 'it').replace(/\.$/, '');
    throw new UnusableBackupError(from, why, undefined, error);
  }
}
