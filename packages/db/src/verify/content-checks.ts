import type { DatabaseIdentity } from '../connection/identity.ts';
import type { MigrationOutlook } from '../migrations/migration-state.ts';
import { checkSeed } from '../seed/check-seed.ts';
import { developmentCredentialsIn } from '../seed/development-credentials.ts';
import type { StructureDifference } from '../structure/compare-structures.ts';
import type { Reader } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { type CheckResult, checkResult } from './verify-report.ts';

/** @param problems what of the database cannot be relied on */
export function integrityResult(
  problems: readonly string[],
  hint = 'Restore the newest backup with `iron db restore --last`.',
): CheckResult {
  return checkResult('integrity', problems, hint);
}

/** @param violations references that lead nowhere */
export function referencesResult(violations: readonly string[]): CheckResult {
  return checkResult('references', violations, 'Delete these rows, or restore a backup.');
}

export function migrationsResult({ pending, problem }: MigrationOutlook): CheckResult {
  if (problem) return checkResult('migrations', [problem.message], problem.hint ?? null);
  const lacking = pending.map((file) => `migration ${file} is pending`);
  return checkResult('migrations', lacking, 'Apply them with `iron db migrate`.');
}

/** @param differences from the typed schema, where the tables are as the migrations make them */
export function schemaResult(differences: readonly StructureDifference[]): CheckResult {
  const problems = differences.map(({ message }) => message);
  return checkResult('schema', problems, 'The code and the migrations of this Iron do not fit: reinstall it.');
}

/** What a person changed of the development data is theirs; what is missing of it is a problem, if it was ever put in. */
export function* checkSeedContract(reader: Reader, identity: DatabaseIdentity | null): Work<CheckResult> {
  const drifts = typeof identity?.seededAt === 'number' ? yield* checkSeed(reader) : [];
  const missing = drifts.filter(({ kind }) => kind === 'missing').map(({ message }) => message);
  return checkResult('seed', missing, 'Put them back with `iron db seed`.');
}

/** Of a database of which nothing is known, not even whether it is migrated. */
export function* checkCredentials(reader: Reader, isForProduction: boolean): Work<CheckResult> {
  const names = isForProduction ? yield* developmentCredentialsIn(reader) : [];
  return checkResult(
    'credentials',
    names.map((name) => `a production database holds the ${name}`),
    'Everybody knows these tokens: `iron tokens list` shows them, and `iron tokens delete <id>` deletes one.',
  );
}
