import { backupDatabase } from '../backup/backup-database.ts';
import { listBackups } from '../backup/backup-record.ts';
import { pruneBackups } from '../backup/prune-backups.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { checkSeededDatabase } from '../verify/check-seeded-database.ts';
import { databaseStatus } from '../verify/database-status.ts';
import { inspectDatabase, inspectTable } from '../verify/inspect-database.ts';
import { verifyDatabase } from '../verify/verify-database.ts';
import type { DatabaseLifecycle } from './database-lifecycle.ts';
import { migrateDatabase, planMigration } from './migrate-database.ts';
import { refuseArchive } from './refuse-other-engine.ts';
import { resetDatabase } from './reset-database.ts';
import { restoreDatabase } from './restore-database.ts';
import { seedExistingDatabase } from './seed-existing-database.ts';

/** The life of a database of SQLite. Its backups are beside its file. */
export function fileLifecycle(path: string): DatabaseLifecycle {
  return {
    reset: async (options) => await resetDatabase({ ...options, path }),
    seed: async (options) => await seedExistingDatabase({ ...options, path }),
    checkSeed: async () => checkSeededDatabase(path),
    migrate: async (options) => await migrateDatabase({ ...options, path }),
    plan: async () => planMigration(path),
    status: async () => databaseStatus(path),
    verify: async (options) => await verifyDatabase({ ...options, path }),
    inspect: async () => inspectDatabase(path),
    inspectTable: async (options) => inspectTable({ ...options, path }),
    backup: async (options) => await backupDatabase({ ...options, path }),
    backups: async () => listBackups(resolveDatabaseFile(path)),
    restore: async (options) => {
      refuseArchive(options.from);
      return await restoreDatabase({ ...options, path });
    },
    prune: async (options) => await pruneBackups({ ...options, path }),
  };
}
