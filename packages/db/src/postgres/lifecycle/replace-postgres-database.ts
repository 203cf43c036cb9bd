import { DatabaseBusyError } from '../../commit/commit-errors.ts';
import type { BackupReason, BackupRecord } from '../../backup/backup-record.ts';
import type { BackupPlace } from '../../backup/backup-names.ts';
import { DatabaseInUseError } from '../../connection/connection-errors.ts';
import type { OnProgress } from '../../progress.ts';
import { copyPostgresToBackup } from '../backup/copy-postgres-to-backup.ts';
import { isDeadlock } from '../deadlock.ts';
import { qualified } from '../iron-schema.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { findConnected } from '../maintenance/postgres-holders.ts';
import { examineSchema, type PresentSchema, refuseStrangers } from '../maintenance/present-schema.ts';
import { swapSchema } from './swap-schema.ts';

export interface PostgresReplacement {
  /** The schema that holds the new database: whole and checked. */
  readonly build: string;
  readonly place: BackupPlace;
  readonly reason: BackupReason;
  /** Throws where what is there must stay. Asked again when nobody else can change it any more. */
  readonly refuse: (present: PresentSchema) => void;
  readonly now: () => number;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Puts the new database in the place of the present one, after a verified backup of it, in one transaction that has the
 * present tables to itself from its beginning: at any moment of a crash there is the one or the other, whole. The caller
 * holds the lifecycle lock.
 *
 * @returns the backup, or `null` where there was no table
 * @throws {DatabaseInUseError} somebody is connected, or was while the backup was made
 */
export async function replacePostgresDatabase(
  connection: LifecycleConnection,
  { build, refuse, ...request }: PostgresReplacement,
): Promise<BackupRecord | null> {
  const { query, name } = connection;
  const tables = await takeTables(connection);
  refuse(await examineSchema(query));
  const backup = tables.length === 0 ? null : await copyPostgresToBackup(connection, request);
  await refuseConnected(connection);
  // What was made since the lock is not in the backup; without a lock of its own nothing of Iron's makes a table.
  const after = await examineSchema(query);
  refuseStrangers(name, after);
  await swapSchema(query, build, tables);
  await query('COMMIT');
  return backup;
}

/** Whoever wrote while the tables were waited for is in the backup, also where somebody has set another default. */
const SEES_WHAT_IT_WAITED_FOR = 'BEGIN ISOLATION LEVEL READ COMMITTED';

/** @throws {DatabaseInUseError} somebody other than the commands that take its lock is connected to the database */
export async function refuseConnected({ query, name }: LifecycleConnection): Promise<void> {
  const holders = await findConnected(query);
  if (holders.length > 0) throw new DatabaseInUseError(name, holders, undefined, 'server');
}

/** Whoever reads several tables in one transaction takes them in an order of its own: they can wait for each other. */
const MOST_TRIES = 5;

/** Every table there is, with nobody else in it until the end of the transaction that this begins. */
async function takeTables({ query, name }: LifecycleConnection): Promise<readonly string[]> {
  for (let tries = 1; ; tries += 1) {
    await query(SEES_WHAT_IT_WAITED_FOR);
    const present = await examineSchema(query);
    refuseStrangers(name, present);
    if (present.kind !== 'iron') return [];
    try {
      await query(`LOCK TABLE ${present.tables.map(qualified).join(', ')} IN ACCESS EXCLUSIVE MODE`);
      return present.tables;
    } catch (error) {
      if (!(error instanceof DatabaseBusyError)) throw error;
      await query('ROLLBACK');
      if (isDeadlock(error) && tries < MOST_TRIES) continue;
      throw new DatabaseInUseError(name, await findConnected(query), error, 'server');
    }
  }
}
