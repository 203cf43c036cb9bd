import { isIronError } from '@iron/errors';
import type { BackupRecord } from '../../backup/backup-record.ts';
import { WAIT_FOR_MAINTENANCE_MS } from '../../connection/lifecycle-lock.ts';
import { judgeGuards, judgeState } from '../../migrations/judge-state.ts';
import { MigrationsPendingError, MigrationsStoppedError } from '../../migrations/migration-errors.ts';
import type { MigrationOptions, MigrationReport } from '../../migrations/migration-run.ts';
import { type Migration, readMigrations } from '../../migrations/read-migrations.ts';
import { holdsRows } from '../../migrations/row-census.ts';
import { WRITE_LOCK } from '../advisory-locks.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { connectForLifecycle, type LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { acquireLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
import { dropLeftSchemas } from '../maintenance/scratch-schema.ts';
import { TransactionPoolerError } from '../maintenance/transaction-pooler-error.ts';
import { qualified, SCHEMA } from '../iron-schema.ts';
import { connectPlainly, type PlainConnection, plainQuery } from '../plain-connection.ts';
import { applyPostgresMigration } from './apply-postgres-migration.ts';
import { findPostgresState, withExpected } from './find-postgres-state.ts';
import { type ConnectionFacts, readFacts } from './connection-facts.ts';
import { type BlockedWatch, holdsMigrationLock, LOCK_TIMEOUT_MS, watchBlocked } from './migration-locks.ts';
import { takePostgresCensus } from './postgres-census.ts';
import { SchemaRefusedError } from './postgres-migration-errors.ts';
import { type MigratedServer, planOver } from './postgres-migration-plan.ts';
import { postgresStructures } from './replay-postgres-migrations.ts';

/** What only callers within this package and its tests choose besides. */
export interface PostgresMigrationOptions extends MigrationOptions {
  /** Makes the backup of a database that holds rows, before the first migration. Nobody else changes it meanwhile. */
  readonly backUp?: (connection: LifecycleConnection) => Promise<BackupRecord>;
  /** How long another process that migrates is waited for. */
  readonly waitMs?: number;
  /** How long a migration waits for whoever uses a table. */
  readonly lockTimeoutMs?: number;
}

/**
 * Brings a database of a PostgreSQL server to the newest schema, in one transaction a migration. Safe to call any number
 * of times and from any number of machines at once: one applies, the others wait and find it done. It uses a connection
 * of its own, and none of the pool's.
 *
 * Before the first pending migration a database that holds rows is backed up by `backUp`. That is done in the migration's
 * own transaction, in which nobody else can write: what is migrated is what is in the backup.
 *
 * @throws {MigrationsPendingError} something is pending, and nothing can be written there
 * @throws {TransactionPoolerError} it is reached through a pooler that gives each transaction another connection
 * @throws {DatabaseInUseError} another process that migrates, backs up or replaces it took too long
 * @throws {MigrationBlockedError} somebody used a table for too long
 * @throws {SchemaRefusedError} this user may not make a schema, in which the result is checked
 * @throws {BackupNotVerifiedError | DiskFullError | NoBackupFolderError} there is no backup, and nothing is migrated
 * @throws {IronError} everything that `planPostgresMigrations` refuses, and what a migration does wrong; the migration that
 *   failed leaves nothing behind
 */
export async function applyPostgresMigrations(
  { location }: MigratedServer,
  options: PostgresMigrationOptions,
): Promise<MigrationReport> {
  const migrations = options.migrations ?? readMigrations('postgres');
  const applied: string[] = [];
  try {
    if (await isMigrated({ location }, migrations)) return { applied, backup: null };
    await requireOwnSession(location);
    await using lifecycle = await connectForLifecycle(location);
    await acquireLifecycleLock(lifecycle, options.waitMs ?? WAIT_FOR_MAINTENANCE_MS);
    await dropLeftSchemas(lifecycle.query);
    const connection = { name: lifecycle.name, query: plainQuery(lifecycle.client) };
    await using watch = await watchBlocked(connection, location, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
    const backup = await applyPending({ ...connection, lifecycle, watch, migrations, options, applied });
    return { applied, backup };
  } catch (error) {
    const reason = explainPostgresError(error, { location, giveUpAfterMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS });
    throw applied.length > 0 && isIronError(reason) ? new MigrationsStoppedError(applied, reason) : reason;
  }
}

/** Asked without a lock: a service that starts is in nobody's way. */
async function isMigrated({ location }: MigratedServer, migrations: readonly Migration[]): Promise<boolean> {
  await using connection = await connectPlainly(location);
  const facts = await readFacts(connection);
  const { pending } = await planOver(connection, facts, migrations);
  if (pending.length === 0) return true;
  if (facts.isReadOnly)
    throw new MigrationsPendingError(
      connection.name,
      pending.map(({ file }) => file),
    );
  if (!facts.mayCreateSchema) throw new SchemaRefusedError(connection.name, facts.database, facts.user);
  return false;
}

interface Run extends PlainConnection {
  readonly lifecycle: LifecycleConnection;
  readonly watch: BlockedWatch;
  readonly migrations: readonly Migration[];
  readonly options: PostgresMigrationOptions;
  /** Gets each file as soon as it is applied. */
  readonly applied: string[];
}

async function applyPending(run: Run): Promise<BackupRecord | null> {
  const { query, migrations, options, applied, lifecycle } = run;
  const facts: ConnectionFacts = await readFacts(run);
  const structures = await postgresStructures(run, facts, migrations);
  let backup: BackupRecord | null = null;
  try {
    for (;;) {
      await beginAlone(run, facts);
      const found = withExpected(await findPostgresState(run), structures);
      const judge = applied.length === 0 ? judgeState : judgeGuards; // what this run applied it compared itself
      const { pending } = judge(found, migrations);
      const [next] = pending;
      if (!next) return backup;
      if (applied.length === 0 && options.backUp) await keepAsItIs(run, found.tables);
      const census = await takePostgresCensus(query);
      const counts = [...census].map(([table, { rows }]) => [table, rows] as const);
      if (applied.length === 0 && holdsRows(counts)) backup = (await options.backUp?.(lifecycle)) ?? null;
      const mark = { environment: options.environment ?? ('development' as const), now: (options.now ?? Date.now)() };
      await applyPostgresMigration(run, next, mark, census, structures[migrations.indexOf(next) + 1]);
      await query('COMMIT');
      applied.push(next.file);
      options.onProgress?.({ step: 'migrate', done: applied.length, total: applied.length + pending.length - 1 });
    }
  } finally {
    await query('ROLLBACK').catch(() => undefined); // it broke, and so is rolled back
  }
}

/** As every write is: nobody else changes anything to the end of the transaction. */
async function beginAlone({ query, name, watch, options }: Run, { serverVersion }: ConnectionFacts): Promise<void> {
  const settings = [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL search_path = ${SCHEMA}`,
    `SET LOCAL lock_timeout = ${options.lockTimeoutMs ?? LOCK_TIMEOUT_MS}`,
    'SET LOCAL statement_timeout = 0',
    'SET LOCAL idle_in_transaction_session_timeout = 0',
    'SET LOCAL check_function_bodies = on',
    ...(serverVersion >= WITH_TRANSACTION_TIMEOUT ? ['SET LOCAL transaction_timeout = 0'] : []),
  ];
  await query(settings.join('; '));
  await watch.run('The migration', async () => await query(`SELECT pg_advisory_xact_lock(${WRITE_LOCK})`));
  if (!(await holdsMigrationLock(query))) throw new TransactionPoolerError(name);
}

/** Iron's own writers wait at the lock of all writers, all others at this one, until the end of the transaction. */
async function keepAsItIs({ query, watch }: Run, tables: ReadonlySet<string>): Promise<void> {
  if (tables.size === 0) return;
  const names = [...tables].map(qualified).join(', ');
  await watch.run('The migration', async () => await query(`LOCK TABLE ${names} IN SHARE MODE`));
}

const WITH_TRANSACTION_TIMEOUT = 170_000;
