import type { Environment } from '../connection/environment.ts';
import { sqliteDatabase } from '../connection/sqlite-database.ts';
import { createPrivateFile } from '../connection/open-sqlite-database.ts';
import { openConnection } from '../connection/open-connection.ts';
import { migrateConnection } from '../migrations/apply-sqlite-migrations.ts';
import { type Migration, readMigrations } from '../migrations/read-migrations.ts';
import type { OnProgress } from '../progress.ts';
import { type SeedReport, seedDatabase } from '../seed/seed-database.ts';

export interface FreshDatabaseOptions {
  readonly seed: boolean;
  readonly environment: Environment;
  readonly now: () => number;
  readonly onProgress?: OnProgress;
}

/** What was put into a new database. */
export interface FreshDatabaseReport {
  /** The migration files that were applied. */
  readonly migrations: readonly string[];
  readonly seed: SeedReport | null;
}

/** Makes a database at `path`, where there is none: migrated, and seeded if asked for. One file, closed. */
export async function createFreshDatabase(path: string, options: FreshDatabaseOptions): Promise<FreshDatabaseReport> {
  const migrations: Migration[] = readMigrations();
  createPrivateFile(path);
  const connection = openConnection(path);
  try {
    const { applied } = await migrateConnection(connection, path, migrations, options);
    const seed = options.seed ? await seedDatabase(sqliteDatabase(connection, path, 1), { now: options.now }) : null;
    return { migrations: applied, seed };
  } finally {
    connection.close();
  }
}
