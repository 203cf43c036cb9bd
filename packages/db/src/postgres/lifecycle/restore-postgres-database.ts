import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { NoBackupError, UnusableBackupError } from '../../backup/backup-errors.ts';
import type { BackupPlace } from '../../backup/backup-names.ts';
import { type BackupRecord, listBackupsIn, verifiedBackupsIn } from '../../backup/backup-record.ts';
import { ProductionRefusedError } from '../../connection/connection-errors.ts';
import type { Environment } from '../../connection/environment.ts';
import { isReadable } from '../../connection/file-access.ts';
import { WAIT_FOR_LIFECYCLE_MS } from '../../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { OnProgress } from '../../progress.ts';
import { ArchiveError } from '../backup/archive-frames.ts';
import type { ArchiveHeader } from '../backup/archive-header.ts';
import { checksumOf } from '../backup/file-checksum.ts';
import { loadArchive } from '../backup/load-archive.ts';
import { type BackupFolderOption, postgresBackupPlace } from '../backup/postgres-backup-place.ts';
import type { LifecycleConnection } from './lifecycle-connection.ts';
import { withPostgresLifecycleLock } from './lifecycle-lock.ts';
import {
  examineSchema,
  isProductionSchema,
  type PresentSchema,
  readIdentity,
  refuseStrangers,
} from './present-schema.ts';
import { refuseConnected, replacePostgresDatabase } from './replace-postgres-database.ts';
import { dropLeftSchemas, withScratchSchema } from './scratch-schema.ts';

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

/** What a restore did. */
export interface PostgresRestoreReport {
  /** What a person knows the database by. */
  readonly path: string;
  /** Absolute path of the file that was restored. */
  readonly from: string;
  readonly rows: Readonly<Record<string, number>>;
  /** The verified backup of what was there, or `null` where nothing was. */
  readonly backup: BackupRecord | null;
}

/**
 * Puts what a backup holds in the place of a database of a server. It is loaded into a schema beside and compared with what
 * the backup says of itself, what is there is backed up, and the swap is one transaction.
 *
 * @throws {NoBackupError} `last`, and there is no verified backup
 * @throws {UnusableBackupError} the file is missing, damaged, altered, or not a backup of a PostgreSQL database
 * @throws {DatabaseInUseError} somebody is connected to the database
 * @throws {ForeignTablesError} another program keeps tables there
 * @throws {ProductionRefusedError} the present database is one of production, and the backup is not
 */
export async function restorePostgresDatabase(options: PostgresRestoreOptions): Promise<PostgresRestoreReport> {
  const { location, environment, now = Date.now, onProgress } = options;
  const place = postgresBackupPlace(location, options);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async (connection) => {
    const { query, name } = connection;
    const from = chooseBackup(name, place, options.from);
    const present = await examineSchema(query);
    refuseStrangers(name, present);
    await refuseConnected(connection);
    await dropLeftSchemas(query);
    return await withScratchSchema(connection, 'build', async (build) => {
      await requireUnaltered(place, from);
      const { tables } = await load(connection, from, build, onProgress);
      const restored = tables.some((table) => table.name === '_iron') ? await readIdentity(query, build) : null;
      if (!restored) throw new UnusableBackupError(from, 'it is not of a database of Iron');
      if (restored.environment !== 'production') refuseDevelopment(name, environment, present);
      const backup = await replacePostgresDatabase(connection, { build, place, reason: 'restore', now, onProgress });
      return { path: name, from, rows: Object.fromEntries(tables.map((table) => [table.name, table.rows])), backup };
    });
  });
}

function chooseBackup(name: string, place: BackupPlace, from: string): string {
  if (from === 'last') {
    const [newest] = verifiedBackupsIn(place);
    if (!newest) throw new NoBackupError(name, place.folder);
    return newest.path;
  }
  const file = resolve(from);
  if (!existsSync(file)) throw new UnusableBackupError(file, 'there is no such file');
  if (!statSync(file).isFile()) throw new UnusableBackupError(file, 'it is not a file');
  if (!isReadable(file)) throw new UnusableBackupError(file, 'it cannot be read', 'Check its permissions.');
  return file;
}

/** By its manifest; a file without one says itself whether it is whole. */
async function requireUnaltered(place: BackupPlace, from: string): Promise<void> {
  const real = realpathSync(from);
  const listing = listBackupsIn(place).find(({ path }) => path === real);
  if (listing?.verified && listing.checksum !== (await checksumOf(real))) {
    throw new UnusableBackupError(from, 'it is not the file that was verified: its checksum is another');
  }
}

async function load(
  connection: LifecycleConnection,
  file: string,
  schema: string,
  onProgress?: OnProgress,
): Promise<ArchiveHeader> {
  try {
    return await loadArchive(connection, { file, schema, onProgress });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new UnusableBackupError(file, error.message, undefined, error);
  }
}

/** A development database in the place of a production one would bring its well-known tokens along. */
function refuseDevelopment(name: string, environment: Environment, present: PresentSchema): void {
  const action = 'put a development backup';
  if (environment === 'production') throw new ProductionRefusedError(action, name, 'environment');
  if (isProductionSchema(present)) throw new ProductionRefusedError(action, name, 'marker');
}
