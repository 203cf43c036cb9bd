import { isIronError } from '@iron/errors';
import { DatabaseError } from 'pg';
import type { MigrationMark } from '../../migrations/apply-migration.ts';
import { MigrationFailedError } from '../../migrations/migration-errors.ts';
import type { Migration } from '../../migrations/read-migrations.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { withoutRows } from '../without-rows.ts';
import { writePostgresGuard } from './postgres-guards.ts';
import { writePostgresIdentity } from '../maintenance/postgres-identity.ts';
import { splitPostgresStatements } from './split-postgres-statements.ts';

/** Runs one statement of a migration; told where it stands. */
export type RunStatement = (sql: string, place: string) => Promise<unknown>;

/**
 * Runs the statements of one migration, one after the other. The caller holds the transaction, and its search path leads
 * to the schema.
 *
 * @throws {MigrationFailedError} names the line
 */
export async function runPostgresStatements(run: RunStatement, migration: Migration): Promise<void> {
  for (const { sql, line } of splitPostgresStatements(migration.sql)) {
    try {
      await run(sql, `Migration ${migration.file}, line ${line},`);
    } catch (error) {
      throw isFault(error) ? new MigrationFailedError(migration.file, line, withoutRows(error)) : error;
    }
  }
}

/** Leaves what a migration leaves besides its own: its guard, and the first one the identity. */
export async function leavePostgresMark(
  query: PostgresQuery,
  migration: Migration,
  mark: MigrationMark,
): Promise<void> {
  await writePostgresGuard(query, migration, mark.now);
  await writePostgresIdentity(query, mark.environment, mark.now);
}

/** What is not the statement's fault: a connection that broke, a server that is short of something, a deadlock. */
const NO_FAULT = /^(08|40|53|57|58|XX|25006|55P03)/;

function isFault(error: unknown): error is DatabaseError {
  return !isIronError(error) && error instanceof DatabaseError && !NO_FAULT.test(error.code ?? '');
}
