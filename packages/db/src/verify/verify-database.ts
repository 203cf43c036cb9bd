import type Database from 'better-sqlite3';
import { checkFileInWorker } from '../backup/check-file-in-worker.ts';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import type { Environment } from '../connection/environment.ts';
import { isProductionDatabase, readIdentity } from '../connection/identity.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { readerOf } from '../connection/reader-of.ts';
import { readMigrationState } from '../migrations/migration-state.ts';
import { referenceViolations } from '../migrations/reference-violations.ts';
import type { OnProgress } from '../progress.ts';
import { workNow } from '../work/work.ts';
import {
  checkCredentials,
  checkSeedContract,
  integrityResult,
  migrationsResult,
  referencesResult,
  schemaResult,
} from './content-checks.ts';
import { readDatabase } from './read-database.ts';
import { compareWithTypedSchema } from './typed-structure.ts';
import { type CheckResult, reportOf, VERIFY_CHECKS, type VerifyReport } from './verify-report.ts';

/** Which database to verify. */
export interface VerifyOptions {
  readonly path: string;
  /** In production no development token may be in the database. */
  readonly environment: Environment;
  readonly onProgress?: OnProgress;
}

/**
 * Checks everything about a database that can be checked from outside: that the file is whole, that every reference
 * leads somewhere, that guards and structure are those of the migrations and of the typed schema, that what the seed
 * put in is there, and that a production database holds no development token. Reads only.
 *
 * @throws {DatabaseMissingError} there is no database
 * @throws {NotSqliteError | NotIronError} the file is not a database of Iron's
 */
export async function verifyDatabase(options: VerifyOptions): Promise<VerifyReport> {
  const path = resolveDatabaseFile(options.path);
  const total = VERIFY_CHECKS.length;
  options.onProgress?.({ step: 'verify', done: 0, total });
  const damage = await findDamage(path);
  options.onProgress?.({ step: 'verify', done: 1, total });
  const others = damage.length > 0 ? [] : checkContent(path, options.environment);
  options.onProgress?.({ step: 'verify', done: total, total });
  return reportOf(path, [integrityResult(damage), ...others]);
}

async function findDamage(path: string): Promise<readonly string[]> {
  try {
    readDatabase(path, () => undefined); // says at once what is not a database of Iron's, or cannot be read now
  } catch (error) {
    if (error instanceof CorruptDatabaseError) return [error.message];
    throw error;
  }
  return (await checkFileInWorker(path)).damage;
}

function checkContent(path: string, environment: Environment): CheckResult[] {
  return readDatabase(path, (connection) => [
    referencesResult([...referenceViolations(connection).values()].map(({ message }) => message)),
    ...checkStructure(connection, path),
    workNow(checkCredentials(readerOf(connection), environment === 'production' || isProductionDatabase(connection))),
  ]);
}

/** Where the tables are not as the migrations make them, there is nothing to compare further. */
function checkStructure(connection: Database.Database, path: string): CheckResult[] {
  const migrations = migrationsResult(readMigrationState({ connection, path }));
  if (migrations.problems.length > 0) return [migrations];
  return [
    migrations,
    schemaResult(compareWithTypedSchema(connection)),
    workNow(checkSeedContract(readerOf(connection), readIdentity(connection) ?? null)),
  ];
}
