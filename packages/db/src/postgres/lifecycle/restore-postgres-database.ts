import { realpathSync } from 'node:fs';
import { UnusableBackupError } from '../../backup/backup-errors.ts';
import type { BackupPlace } from '../../backup/backup-names.ts';
import { listBackupsIn } from '../../backup/backup-record.ts';
import { chooseBackup } from '../../backup/choose-backup.ts';
import type { Environment } from '../../connection/environment.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { DatabaseIdentity } from '../../connection/identity.ts';
import type { RestoreReport } from '../../lifecycle/restore-database.ts';
import { refuseDevelopment, requireRestorable } from '../../lifecycle/restore-rules.ts';
import { DatabaseNewerError } from '../../migrations/migration-errors.ts';
import type { OnProgress } from '../../progress.ts';
import { ArchiveError } from '../backup/archive-frames.ts';
import { checksumOf } from '../backup/file-checksum.ts';
import { loadArchive } from '../backup/load-archive.ts';
import { type BackupFolderOption, postgresBackupPlace } from '../backup/postgres-backup-place.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
import { postgresName } from '../postgres-name.ts';
import { createMissingDatabase } from './create-missing-database.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { withPostgresLifecycleLock } from '../maintenance/lifecycle-lock.ts';
import { ForeignSchemaError } from '../maintenance/present-schema-errors.ts';
import { readPostgresIdentity } from '../maintenance/postgres-identity.ts';
import {
  examineSchema,
  isProductionSchema,
  type PresentSchema,
  refuseStrangers,
} from '../maintenance/present-schema.ts';
import { readSchemaOutlook } from './read-schema-outlook.ts';
import { refuseConnected, replacePostgresDatabase } from './replace-postgres-database.ts';
import { dropLeftSchemas, withScratchSchema } from '../maintenance/scratch-schema.ts';

/** Which database of a server to put which backup in the place of. */
export interface PostgresRestoreOptions extends BackupFolderOption {
  readonly location: PostgresLocation;
  /** The backup's file, or `last` for the newest verified one. */
  readonly from: string;
  /** Where this runs. In production only a backup of a production database is put back. */
  readonly environment: Environment;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
  readonly onProgress?: OnProgress;
}

/**
 * Puts what a backup holds in the place of a database of a server. It is loaded into a schema beside and compared with what
 * the backup says of itself, what is there is backed up, and the swap is one transaction. A database that is not there is
 * made.
 *
 * @throws {NoBackupError} `last`, and there is no verified backup
 * @throws {UnusableBackupError} the file is missing, damaged, altered, or not a backup of a PostgreSQL database
 * @throws {DatabaseInUseError} somebody is connected to the database
 * @throws {ForeignTablesError} another program keeps tables there
 * @throws {DependentsError} another schema holds what is built on its tables
 * @throws {ProductionRefusedError} the present database is one of production, and the backup is not
 * @throws {DatabaseMissingError} there is no such database, and this user may not make one
 * @throws {TransactionPoolerError} it is reached through a pooler that gives each transaction another connection
 */
export async function restorePostgresDatabase(options: PostgresRestoreOptions): Promise<RestoreReport> {
  const { location, environment, now = Date.now, onProgress } = options;
  const place = postgresBackupPlace(location, options);
  const choose = () => chooseBackup(postgresName(location), place, options.from);
  choose(); // no database is made for a backup that is not there
  await createMissingDatabase(location);
  await requireOwnSession(location);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async (connection) => {
    const { query, name } = connection;
    const from = choose();
    refuseStrangers(name, await examineSchema(query));
    await refuseConnected(connection);
    await dropLeftSchemas(query);
    return await withScratchSchema(connection, 'build', async (build) => {
      await requireUnaltered(place, from);
      const { identity, ...restored } = await load(connection, from, build, onProgress);
      const refuse = (present: PresentSchema) =>
        refuseDevelopment({ name, isProduction: isProductionSchema(present) }, environment, identity);
      refuse(await examineSchema(query));
      const replacement = { build, place, reason: 'restore', refuse, now, onProgress } as const;
      const backup = await replacePostgresDatabase(connection, replacement);
      return { path: name, from, ...restored, backup, setAside: null };
    });
  });
}

/** By its manifest; a file without one says itself whether it is whole. */
async function requireUnaltered(place: BackupPlace, from: string): Promise<void> {
  const real = realpathSync(from);
  const listing = listBackupsIn(place).find(({ path }) => path === real);
  if (listing?.verified && listing.checksum !== (await checksumOf(real))) {
    throw new UnusableBackupError(from, 'it is not the file that was verified: its checksum is another');
  }
}

interface Restored extends Pick<RestoreReport, 'rows' | 'pending' | 'problem'> {
  /** `null` where its row is gone. */
  readonly identity: DatabaseIdentity | null;
}

/** Puts what the file holds into the schema, and asks whether it is a database that Iron can use. */
async function load(
  connection: LifecycleConnection,
  file: string,
  schema: string,
  onProgress?: OnProgress,
): Promise<Restored> {
  try {
    const { tables } = await loadArchive(connection, { file, schema, onProgress });
    const outlook = requireRestorable(await readSchemaOutlook(connection, schema, file), file);
    const identity = tables.some(({ name }) => name === '_iron')
      ? await readPostgresIdentity(connection.query, schema)
      : null;
    return { identity, rows: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])), ...outlook };
  } catch (error) {
    if (error instanceof ArchiveError) throw new UnusableBackupError(file, error.message, undefined, error);
    if (!(error instanceof DatabaseNewerError || error instanceof ForeignSchemaError)) throw error;
    const why = error.message.replace(file, 'it').replace(/\.$/, '');
    throw new UnusableBackupError(file, why, undefined, error);
  }
}
