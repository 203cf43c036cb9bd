import type { IronError } from '@iron/errors';
import { UnusableBackupError } from '../backup/backup-errors.ts';
import { ProductionRefusedError } from '../connection/connection-errors.ts';
import type { Environment } from '../connection/environment.ts';
import type { DatabaseIdentity } from '../connection/identity.ts';
import {
  MigrationEditedError,
  MigrationOutOfOrderError,
  PartialMigrationError,
  StructureDriftError,
} from '../migrations/migration-errors.ts';
import type { MigrationOutlook } from '../migrations/migration-state.ts';

/**
 * What a report says is between a restored database and the newest schema.
 *
 * @throws {UnusableBackupError} nothing is in it
 * @throws {IronError} it cannot be used, whatever is done with it
 */
export function requireRestorable(
  { applied, pending, problem }: MigrationOutlook,
  from: string,
): { readonly pending: readonly string[]; readonly problem: string | null } {
  if (problem && !isAlteration(problem)) throw problem;
  if (!problem && applied.length === 0) throw new UnusableBackupError(from, 'it is empty');
  return { pending, problem: problem && problem.message };
}

/** A database that a person altered was backed up as it was; to put it back must be possible. */
function isAlteration(error: IronError): boolean {
  const kinds = [StructureDriftError, PartialMigrationError, MigrationEditedError, MigrationOutOfOrderError];
  return kinds.some((kind) => error instanceof kind);
}

/**
 * A development database in the place of a production one would bring its well-known tokens along.
 *
 * @param present the database that is to be replaced
 * @throws {ProductionRefusedError}
 */
export function refuseDevelopment(
  present: { readonly name: string; readonly isProduction: boolean },
  environment: Environment,
  restored: DatabaseIdentity | null,
): void {
  if (restored?.environment === 'production') return;
  const action = 'put a development backup';
  if (environment === 'production') throw new ProductionRefusedError(action, present.name, 'environment');
  if (present.isProduction) throw new ProductionRefusedError(action, present.name, 'marker');
}
