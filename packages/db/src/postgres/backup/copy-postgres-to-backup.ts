import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupNotVerifiedError } from '../../backup/backup-errors.ts';
import { isFolder, makeBackupFolder } from '../../backup/backup-folder.ts';
import type { BackupPlace } from '../../backup/backup-names.ts';
import {
  type BackupReason,
  type BackupRecord,
  manifestPath,
  removeOrphanedManifests,
} from '../../backup/backup-record.ts';
import { publishBackup } from '../../backup/publish-backup.ts';
import type { OnProgress } from '../../progress.ts';
import { SCHEMA } from '../iron-schema.ts';
import { connectForLifecycle, type LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { withScratchSchema } from '../maintenance/scratch-schema.ts';
import { ArchiveError } from './archive-frames.ts';
import type { ArchiveHeader } from './archive-header.ts';
import { explainBackupError } from './explain-backup-error.ts';
import { loadArchive } from './load-archive.ts';
import { unfinishedBackup } from './postgres-backup-place.ts';
import { readContent } from './read-content.ts';
import { compareAudit } from './verify-loaded-audit.ts';
import { writeArchive } from './write-archive.ts';

export interface PostgresBackupRequest {
  readonly place: BackupPlace;
  readonly reason: BackupReason;
  readonly now: () => number;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Makes a verified backup of a database of a PostgreSQL server. The caller holds its lifecycle lock, and `connection` is in
 * a transaction that sees one moment: one of repeatable reads, or one that keeps everybody else from the tables.
 *
 * The archive is ours and not that of `pg_dump`: nothing has to be installed that fits the server's version, a backup of
 * any server reads the same, and it is proven by a restore. It gets its name and its manifest only when it has been
 * loaded into a schema of its own and found equal: its structure, every row, the chains of its logs.
 *
 * @throws {BackupNotVerifiedError} what it gives differs from the database
 * @throws {DatabaseAccessRefusedError} row security hides rows from this user
 * @throws {DiskFullError} there is no room for it here, or on the server for the schema
 */
export async function copyPostgresToBackup(
  connection: LifecycleConnection,
  request: PostgresBackupRequest,
): Promise<BackupRecord> {
  const { place, reason, now, onProgress } = request;
  const unfinished = unfinishedBackup(place);
  try {
    makeBackupFolder(place);
    removeUnfinished(unfinished);
    removeOrphanedManifests(place);
    const madeAt = now();
    const header = await readHeader(connection, { ...request, madeAt });
    const checksum = await writeArchive(connection, header, unfinished, onProgress);
    await verifyArchive(connection, unfinished, header, onProgress);
    const rows = Object.fromEntries(header.tables.map((table) => [table.name, table.rows]));
    const { migrations } = header;
    return publishBackup(place, unfinished, { reason, madeAt, rows, referenceViolations: 0, checksum, migrations });
  } catch (error) {
    throw explainBackupError(connection.explain(error), place.folder);
  } finally {
    removeUnfinished(unfinished);
  }
}

/** After a failure too, whose reason counts more than that something cannot be removed. */
function removeUnfinished(unfinished: string): void {
  if (!isFolder(dirname(unfinished))) return;
  rmSync(unfinished, { force: true });
  rmSync(manifestPath(unfinished), { force: true });
}

/** Where row security hides rows from this user, they would not be missed. */
const ALL_ROWS_OR_NONE = 'SET LOCAL row_security = off';

async function readHeader(
  { query }: LifecycleConnection,
  { place, reason, madeAt, onProgress }: PostgresBackupRequest & { readonly madeAt: number },
): Promise<ArchiveHeader> {
  await query(ALL_ROWS_OR_NONE);
  const content = await readContent(query, SCHEMA, (done, total) => onProgress?.({ step: 'read', done, total }));
  const [server] = await query("SELECT current_setting('server_version') AS version");
  return {
    format: 'iron-postgres-backup',
    version: 1,
    database: place.database,
    server: String(server?.['version']),
    reason,
    madeAt,
    ...content,
  };
}

/** Over a connection of its own: that of the database stays where it is, in its transaction. */
async function verifyArchive(
  source: LifecycleConnection,
  file: string,
  { structure }: ArchiveHeader,
  onProgress?: OnProgress,
): Promise<void> {
  await using connection = await connectForLifecycle(source.location);
  await withScratchSchema(connection, 'check', async (schema) => {
    try {
      await loadArchive(connection, { file, schema, onProgress });
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      throw new BackupNotVerifiedError(source.name, [error.message], false);
    }
    const problems = await compareAudit(source, connection, schema, structure);
    if (problems.length > 0) throw new BackupNotVerifiedError(source.name, problems, false);
  });
}
