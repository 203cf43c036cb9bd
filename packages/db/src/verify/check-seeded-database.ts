import { readerOf } from '../connection/reader-of.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { requireMigrated } from '../migrations/migration-plan.ts';
import { readDatabase } from './read-database.ts';
import { checkSeed, type SeedDrift } from '../seed/check-seed.ts';
import { workNow } from '../work/work.ts';

/**
 * {@link checkSeed} for a database file, which is left as it is.
 *
 * @throws {DatabaseMissingError | NotSqliteError | NotIronError} there is no database of Iron's
 * @throws {MigrationsPendingError} it lacks migrations
 */
export function checkSeededDatabase(file: string): { readonly path: string; readonly drift: readonly SeedDrift[] } {
  const path = resolveDatabaseFile(file);
  return readDatabase(path, (connection) => {
    requireMigrated({ connection, path });
    return { path, drift: workNow(checkSeed(readerOf(connection))) };
  });
}
