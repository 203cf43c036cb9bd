import { setTimeout as pause } from 'node:timers/promises';
import { type AuditVerification, verifyAudit } from '../audit/verify-audit.ts';
import { DatabaseReadOnlyError } from '../connection/connection-errors.ts';
import type { DatabaseLocation } from '../connection/database-url.ts';
import type { Environment } from '../connection/environment.ts';
import { WAIT_FOR_LIFECYCLE_MS, withLifecycleLock } from '../connection/lifecycle-lock.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { requireMigrated } from '../migrations/migration-plan.ts';
import { requirePostgresMigrated } from '../postgres/migrations/postgres-migration-plan.ts';
import { postgresName } from '../postgres/postgres-name.ts';
import type { OnProgress } from '../progress.ts';
import { COPIED_TABLES } from './copied-tables.ts';
import type { CopySource, CopyTarget } from './copy-end.ts';
import { CopyDiffersError, CopySourceError, CopySourceInUseError, CopyTargetError } from './copy-errors.ts';
import { readCopiedIdentity } from './copy-identity.ts';
import { compareTotals, type CopyTotal, readTotals } from './copy-totals.ts';
import { finishCopy } from './finish-copy.ts';
import { openPostgresTarget, withPostgresSource } from './postgres-end.ts';
import { prepareTarget } from './prepare-target.ts';
import { openSqliteSource, openSqliteTarget } from './sqlite-end.ts';
import { synchroniseTable } from './synchronise-table.ts';
import { sql } from './unfinished-copy.ts';

/** What to copy, and where to. */
export interface CopyOptions {
  readonly from: DatabaseLocation;
  /** An empty database, or an unfinished copy of the same installation. A file is made if it is missing. */
  readonly to: DatabaseLocation;
  /** Production marks the copy, for good; a copy of a production database is marked anyway. */
  readonly environment: Environment;
  /**
   * Copies while others go on using the source, and leaves the copy unfinished: no server takes it. The same once more
   * without this, when they have stopped, copies what has changed since. Default: no.
   */
  readonly live?: boolean;
  readonly onProgress?: OnProgress;
  readonly now?: () => number;
}

/** What became of one table. */
export interface CopiedTableReport {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over all rows, of which both databases were asked; `null` in a copy that is not finished. */
  readonly checksum: string | null;
  /** Rows that this run wrote; the others were there already. */
  readonly copied: number;
}

/** What a copy did, and what was compared. */
export interface CopyReport {
  /** The path of a file, or a URL without its password. */
  readonly from: string;
  readonly to: string;
  /** That of the source, and of a finished copy: it is the same installation. */
  readonly instanceId: string;
  /** Whether the copy can be used. A live one is not finished. */
  readonly finished: boolean;
  /** Of the copy; `null` as long as it is not finished. */
  readonly environment: string | null;
  readonly tables: readonly CopiedTableReport[];
  /** Sums that are the same in both; none where it is not finished. */
  readonly totals: readonly CopyTotal[];
  /** The chained logs of the copy; none where it is not finished. A broken one is as broken in the source. */
  readonly audit: readonly AuditVerification[];
  readonly milliseconds: number;
}

/**
 * Copies an installation into another database, of the same engine or another. The source is only read. It can be killed
 * at any time, and goes on when it is called again.
 *
 * @throws {CopySourceInUseError} others have the source open
 * @throws {CopySourceError | MigrationsPendingError} the source cannot be copied as it is
 * @throws {CopyTargetError | CopyUnderWayError} the target holds something else, or is being copied to
 * @throws {CopyDiffersError} the copy is not equal to the source; it stays unfinished
 */
export async function copyDatabase(options: CopyOptions): Promise<CopyReport> {
  const start = performance.now();
  const { from, to } = atFiles(options);
  const report = await withSource(from, async (source) =>
    withTarget(to, async (target) => await copyBetween(source, target, options)),
  );
  return { ...report, milliseconds: Math.round(performance.now() - start) };
}

type Report = Omit<CopyReport, 'milliseconds'>;

async function copyBetween(source: CopySource, target: CopyTarget, options: CopyOptions): Promise<Report> {
  const { environment, live = false, now = Date.now } = options;
  const identity = await readCopiedIdentity(source);
  if (!identity) throw new CopySourceError(source.name, 'it does not say what it is', 'Run `iron db verify`.');
  if (!live) await requireUnused(source);
  const unfinished = await prepareTarget(target, { source: identity, environment, now });
  const about = { from: source.name, to: target.name, instanceId: identity.instanceId };
  if (live) {
    const tables = await copyTables(source, target, options);
    await target.tune(); // the next pass compares all that is there now
    return { ...about, finished: false, environment: null, tables, totals: [], audit: [] };
  }
  await source.lock();
  try {
    const tables = await copyTables(source, target, options);
    const totals = await readTotals(source);
    const problems = compareTotals(totals, await readTotals(target));
    if (problems.length > 0) throw new CopyDiffersError(target.name, problems);
    const audit = await verifyAudit(target.reader);
    await requireUnused(source); // who waits for the lock would write to what is no longer in use
    const isProduction = environment === 'production' || identity.environment === 'production';
    const copied = await finishCopy(target, unfinished, identity, isProduction);
    return { ...about, finished: true, environment: copied, tables, totals, audit };
  } finally {
    await source.release().catch(() => undefined); // what failed before is what counts
  }
}

async function copyTables(
  source: CopySource,
  target: CopyTarget,
  { live = false, onProgress }: CopyOptions,
): Promise<CopiedTableReport[]> {
  const total = await countAll(source);
  let done = 0;
  const onRows = (rows: number) => {
    done += rows;
    onProgress?.({ step: 'copy', done: Math.min(done, total), total });
  };
  onRows(0);
  const reports: CopiedTableReport[] = [];
  for (const table of COPIED_TABLES) {
    if (live) await source.freeze();
    const copied = await synchroniseTable(table, source, target, { verify: !live, onRows });
    if (live) await source.release();
    reports.push({ table: table.name, ...copied });
  }
  return reports;
}

async function countAll(source: CopySource): Promise<number> {
  const counts = COPIED_TABLES.map(({ name }) => `(SELECT count(*) FROM ${name})`).join(' + ');
  const [[count] = []] = await source.query(sql(`SELECT CAST(${counts} AS text)`));
  return Number(count);
}

/** A server that was stopped is listed a moment longer. */
const LEAVE_MS = 1_000;

async function requireUnused(source: CopySource): Promise<void> {
  const until = performance.now() + LEAVE_MS;
  for (let users = await source.users(); users && users.length > 0; users = await source.users()) {
    if (performance.now() >= until)
      throw new CopySourceInUseError(source.name, users, source.engine === 'postgres' ? 'server' : 'machine');
    await pause(LEAVE_MS / 20);
  }
}

/** The files that the locations name, through whatever links; and no two names of one. */
function atFiles({ from, to }: CopyOptions): { from: OutsideMemory; to: OutsideMemory } {
  const source = atFile(from);
  const target = atFile(to);
  if (source.kind === 'file' && target.kind === 'file' && source.path === target.path) {
    throw new CopyTargetError(target.path, 'it is the source itself');
  }
  return { from: source, to: target };
}

type OutsideMemory = Exclude<DatabaseLocation, { kind: 'memory' }>;

function atFile(location: DatabaseLocation): OutsideMemory {
  if (location.kind === 'memory') {
    const hint = 'Name a file or a PostgreSQL database.';
    throw new CopySourceError('sqlite::memory:', 'a database in memory is gone with its process', hint);
  }
  return location.kind === 'file' ? { ...location, path: resolveDatabaseFile(location.path) } : location;
}

async function withSource<T>(from: OutsideMemory, work: (source: CopySource) => Promise<T>): Promise<T> {
  if (from.kind === 'postgres') {
    await requirePostgresMigrated({ location: from, path: postgresName(from) });
    return await withPostgresSource(from, work);
  }
  const file = { ...from, mode: from.mode === 'ro' ? 'ro' : 'rw' } as const; // a source that is missing is not made
  {
    using database = await openSqliteDatabase(file);
    requireMigrated(database);
  }
  await using source = openSqliteSource(file);
  return await work(source);
}

async function withTarget<T>(to: OutsideMemory, work: (target: CopyTarget) => Promise<T>): Promise<T> {
  if (to.kind === 'postgres') {
    await using target = await openPostgresTarget(to);
    return await work(target);
  }
  if (to.mode === 'ro') throw new DatabaseReadOnlyError(to.path);
  {
    using _made = await openSqliteDatabase(to);
  }
  return await withLifecycleLock(to.path, 'maintain', WAIT_FOR_LIFECYCLE_MS, async () => {
    await using target = openSqliteTarget(to);
    return await work(target);
  });
}
