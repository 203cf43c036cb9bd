import { IronError } from '@iron/errors';
import type Database from 'better-sqlite3';
import { checkFileInWorker } from '../backup/check-file-in-worker.ts';
import type { Environment } from '../connection/environment.ts';
import { CorruptDatabaseError } from '../connection/connection-errors.ts';
import { readIdentity } from '../connection/identity.ts';
import { resolveDatabaseFile } from '../connection/resolve-database-file.ts';
import { planMigrations } from '../migrations/migration-plan.ts';
import { referenceViolations } from '../migrations/reference-violations.ts';
import type { OnProgress } from '../progress.ts';
import { checkSeed } from '../seed/check-seed.ts';
import { misplacedCredentialsIn } from './production-credentials.ts';
import { readDatabase } from './read-database.ts';
import { compareWithTypedSchema } from './typed-structure.ts';

/** What `verifyDatabase` checks, in this order. */
export const VERIFY_CHECKS = ['integrity', 'references', 'migrations', 'schema', 'seed', 'credentials'] as const;
/** One of {@link VERIFY_CHECKS}. */
export type VerifyCheck = (typeof VERIFY_CHECKS)[number];

/** One check of a database and what it found; a check without problems has passed. */
export interface CheckResult {
  readonly check: VerifyCheck;
  /** Sentences. */
  readonly problems: readonly string[];
  /** What to do about them, or `null`. */
  readonly hint: string | null;
}

/** What became of every check. */
export interface VerifyReport {
  /** Absolute path. */
  readonly path: string;
  readonly checks: readonly CheckResult[];
  /** Whether no check found anything. */
  readonly passed: boolean;
}

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
  const integrity = result('integrity', damage, 'Restore the newest backup with `iron db restore --last`.');
  const others = damage.length > 0 ? [] : checkContent(path, options.environment);
  options.onProgress?.({ step: 'verify', done: total, total });
  const checks = [integrity, ...others];
  return { path, checks, passed: checks.every(({ problems }) => problems.length === 0) };
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
    result('references', messagesOf(referenceViolations(connection)), 'Delete these rows, or restore a backup.'),
    ...checkStructure(connection, path),
    checkCredentials(connection, environment),
  ]);
}

/** Where the tables are not as the migrations make them, there is nothing to compare further. */
function checkStructure(connection: Database.Database, path: string): CheckResult[] {
  const migrations = checkMigrations(connection, path);
  if (migrations.problems.length > 0) return [migrations];
  const differences = compareWithTypedSchema(connection).map((difference) => difference.message);
  return [
    migrations,
    result('schema', differences, 'The code and the migrations of this Iron do not fit: reinstall it.'),
    checkSeedContract(connection),
  ];
}

function checkMigrations(connection: Database.Database, path: string): CheckResult {
  try {
    const pending = planMigrations({ connection, path }).pending.map(({ file }) => `migration ${file} is pending`);
    return result('migrations', pending, 'Apply them with `iron db migrate`.');
  } catch (error) {
    if (!(error instanceof IronError)) throw error;
    return result('migrations', [error.message], error.hint ?? null);
  }
}

function checkSeedContract(connection: Database.Database): CheckResult {
  const isSeeded = typeof readIdentity(connection)?.seededAt === 'number';
  const missing = isSeeded ? checkSeed({ connection }).filter(({ kind }) => kind === 'missing') : [];
  return result(
    'seed',
    missing.map(({ message }) => message),
    'Put them back with `iron db seed`.',
  );
}

function checkCredentials(connection: Database.Database, environment: Environment): CheckResult {
  const problems = misplacedCredentialsIn({ connection }, environment).map(
    (name) => `a production database holds the ${name}`,
  );
  const hint =
    'Everybody knows these tokens: `iron tokens list` shows them, and `iron tokens delete <id>` deletes one.';
  return result('credentials', problems, hint);
}

function result(check: VerifyCheck, problems: readonly string[], hint: string | null): CheckResult {
  return { check, problems, hint: problems.length > 0 ? hint : null };
}

function messagesOf(violations: ReadonlyMap<string, { readonly message: string }>): string[] {
  return [...violations.values()].map(({ message }) => message);
}
