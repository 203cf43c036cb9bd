import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { ironMigrations, ironMigrationsAnd, type MigrationFiles } from '../../migrations/migration-files.fixture.ts';
import type { Migration } from '../../migrations/read-migrations.ts';

/** Iron's migrations for PostgreSQL, or the first `count` of them. */
export function postgresMigrations(count?: number): Migration[] {
  return ironMigrations(count, 'postgres');
}

/** … and after them these. */
export function postgresMigrationsAnd(files: MigrationFiles, count?: number): Migration[] {
  return ironMigrationsAnd(files, count, 'postgres');
}

export function locationOf(url: string): PostgresLocation {
  return parsePostgresUrl(url, process.cwd(), {});
}
