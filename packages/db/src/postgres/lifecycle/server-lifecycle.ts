import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { DatabaseLifecycle } from '../../lifecycle/database-lifecycle.ts';
import { refuseSqliteFile } from '../../lifecycle/refuse-other-engine.ts';
import { backupPostgresDatabase, listPostgresBackups } from '../backup/backup-postgres-database.ts';
import type { BackupFolderOption } from '../backup/postgres-backup-place.ts';
import { prunePostgresBackups } from '../backup/prune-postgres-backups.ts';
import { checkSeededPostgresDatabase } from '../verify/check-seeded-postgres-database.ts';
import { inspectPostgresDatabase, inspectPostgresTable } from '../verify/inspect-postgres-database.ts';
import { postgresDatabaseStatus } from '../verify/postgres-database-status.ts';
import { verifyPostgresDatabase } from '../verify/verify-postgres-database.ts';
import { migratePostgresDatabase, planPostgresMigration } from './migrate-postgres-database.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';
import { seedPostgresDatabase } from './seed-postgres-database.ts';

/** The life of a database of a PostgreSQL server. Its backups are in `backups/` in the folder. */
export function serverLifecycle(location: PostgresLocation, { folder }: BackupFolderOption): DatabaseLifecycle {
  return {
    reset: async (options) => await resetPostgresDatabase({ ...options, location, folder }),
    seed: async (options) => await seedPostgresDatabase({ ...options, location }),
    checkSeed: async () => await checkSeededPostgresDatabase(location),
    migrate: async (options) => await migratePostgresDatabase({ ...options, location, folder }),
    plan: async () => await planPostgresMigration(location),
    status: async () => await postgresDatabaseStatus(location),
    verify: async (options) => await verifyPostgresDatabase({ ...options, location }),
    inspect: async () => await inspectPostgresDatabase(location),
    inspectTable: async (options) => await inspectPostgresTable({ ...options, location }),
    backup: async (options) => await backupPostgresDatabase({ ...options, location, folder }),
    backups: async () => listPostgresBackups({ location, folder }),
    restore: async (options) => {
      refuseSqliteFile(options.from);
      return await restorePostgresDatabase({ ...options, location, folder });
    },
    prune: async (options) => await prunePostgresBackups({ ...options, location, folder }),
  };
}
