import type { Environment } from '../../connection/environment.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { StructureDriftError } from '../../migrations/migration-errors.ts';
import type { OnProgress } from '../../progress.ts';
import {
  checkCredentials,
  checkSeedContract,
  integrityResult,
  migrationsResult,
  referencesResult,
  schemaResult,
} from '../../verify/content-checks.ts';
import { type CheckResult, reportOf, VERIFY_CHECKS, type VerifyReport } from '../../verify/verify-report.ts';
import { workThrough } from '../../work/work.ts';
import {
  examineSchema,
  isProductionSchema,
  type PresentSchema,
  requireIronSchema,
} from '../maintenance/present-schema.ts';
import { readBuiltStructures, type BuiltStructures, readPostgresOutlook } from '../migrations/read-postgres-outlook.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { compareWithTypedPostgres } from './compare-with-typed-postgres.ts';
import { findLostReferences } from './find-lost-references.ts';
import { findIndexDamage, findUnreadable, findUnreliable } from './find-postgres-damage.ts';
import { isDamage, lookAtPostgres, type PostgresLook, WHERE_DAMAGED } from './look-at-postgres.ts';

/** Which database of a server to verify. */
export interface PostgresVerifyOptions {
  readonly location: PostgresLocation;
  /** In production no development token may be in the database. */
  readonly environment: Environment;
  readonly onProgress?: OnProgress;
}

/**
 * Checks everything about a database of a server that can be checked from outside, as `verifyDatabase` does of a file:
 * that every row can be read and nothing is switched off that the rest relies on, that every reference leads somewhere,
 * that guards and structure are those of the migrations and of the typed schema, that what the seed put in is there, and
 * that a production database holds no development token. Reads only, and sees one moment. Indexes are compared with their
 * tables where the extension amcheck is installed.
 *
 * @throws {DatabaseMissingError | DatabaseUnreachableError | DatabaseAccessRefusedError} it cannot be reached
 * @throws {ForeignSchemaError} another program keeps tables there, and Iron none
 * @throws {DatabaseBusyError} somebody kept a table to themselves for too long
 */
export async function verifyPostgresDatabase(options: PostgresVerifyOptions): Promise<VerifyReport> {
  return await lookAtPostgres(options.location, async (look) => {
    const structures = await readBuiltStructures(look);
    const checks = await look.atOneMoment(async () => await checkAll(look, structures, options));
    return reportOf(look.name, await withSecondOpinion(checks, look, structures));
  });
}

async function checkAll(
  look: PostgresLook,
  structures: BuiltStructures | undefined,
  { environment, onProgress }: PostgresVerifyOptions,
): Promise<CheckResult[]> {
  const { query, queries, name } = look;
  const total = VERIFY_CHECKS.length;
  onProgress?.({ step: 'verify', done: 0, total });
  const present = await presentOrDamage(query);
  if (present instanceof Error) return [integrityResult([present.message], WHERE_DAMAGED)];
  requireIronSchema(name, present);
  const tables = present.kind === 'iron' ? present.tables : [];
  const unreadable = await findUnreadable(query, tables);
  if (unreadable.length > 0) return [integrityResult(unreadable, WHERE_DAMAGED)];
  const integrity = [...(await findIndexDamage(query, tables)), ...(await findUnreliable(query))];
  onProgress?.({ step: 'verify', done: 1, total });
  const references = referencesResult(await findLostReferences(query));
  onProgress?.({ step: 'verify', done: 2, total });
  const structure = await checkStructure(look, structures, present);
  const isForProduction = environment === 'production' || isProductionSchema(present);
  const credentials = await workThrough(checkCredentials(queries, isForProduction));
  onProgress?.({ step: 'verify', done: total, total });
  return [integrityResult(integrity), references, ...structure, credentials];
}

/** The row of the identity is read for it, and may be what cannot be read. */
async function presentOrDamage(query: PostgresQuery): Promise<PresentSchema | Error> {
  try {
    return await examineSchema(query);
  } catch (error) {
    if (isDamage(error)) return error;
    throw error;
  }
}

/** Where the tables are not as the migrations make them, there is nothing to compare further. */
async function checkStructure(
  look: PostgresLook,
  structures: BuiltStructures | undefined,
  present: PresentSchema,
): Promise<CheckResult[]> {
  const outlook = await readPostgresOutlook(look, structures);
  const migrations = migrationsResult(outlook);
  if (migrations.problems.length > 0) return [migrations];
  const differences = await compareWithTypedPostgres(look.query);
  if (structures === undefined && differences.length > 0) {
    return [migrationsResult({ ...outlook, problem: new StructureDriftError(look.name, differences) })];
  }
  const identity = present.kind === 'iron' ? present.identity : null;
  return [migrations, schemaResult(differences), await workThrough(checkSeedContract(look.queries, identity))];
}

/** As `lookTwice`, for what can be different the second time: the rows were read to their end, and take long. */
async function withSecondOpinion(
  checks: readonly CheckResult[],
  look: PostgresLook,
  structures: BuiltStructures | undefined,
): Promise<readonly CheckResult[]> {
  const at = checks.findIndex(({ check, problems }) => check === 'migrations' && problems.length > 0);
  if (at === -1) return checks;
  const structure = await look.atOneMoment(
    async () => await checkStructure(look, structures, await examineSchema(look.query)),
  );
  return [...checks.slice(0, at), ...structure, ...checks.slice(at + 1)];
}
