import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { MigrationsPendingError } from '../migrations/migration-errors.ts';
import { planMigrations } from '../migrations/migration-plan.ts';
import { readDatabase } from '../verify/read-database.ts';
import { checkSeed, type SeedDrift } from './check-seed.ts';

/**
 * {@link checkSeed} for a database file, which is left as it is.
 *
 * @throws {DatabaseMissingError | NotSqliteError | NotIronError} there is no database of Iron's
 * @throws {MigrationsPendingError} it lacks migrations
 */
export function checkSeededDatabase(file: string): { readonly path: string; readonly drift: readonly SeedDrift[] } {
  const path = resolveDatabaseFile(file);
  return readDatabase(path, (connection) => {
    const pending = planMigrations({ connection, path }).pending.map((migration) => migration.file);
    if (pending.length > 0) throw new MigrationsPendingError(path, pending);
    return { path, drift: checkSeed({ connection }) };
  });
}
