import type { IronDatabase } from '../connection/iron-database.ts';
import { requirePostgresMigrated } from '../postgres/migrations/postgres-migration-plan.ts';
import { requireMigrated } from './migration-plan.ts';

/**
 * @throws {MigrationsPendingError} the database lacks migrations
 * @throws {IronError} what `planMigrations` refuses
 */
export async function requireMigratedDatabase(database: IronDatabase): Promise<void> {
  if (database.engine === 'postgres') await requirePostgresMigrated(database);
  else requireMigrated(database);
}
