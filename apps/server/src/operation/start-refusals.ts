import {
  DatabaseReadOnlyError,
  type Environment,
  type IronDatabase,
  isForProduction,
  misplacedCredentialsIn,
  requireMigrated,
} from '@iron/db';
import { type MasterKey, MasterKeyMissingError, WrongMasterKeyError } from '@iron/tokens';
import { DevelopmentCredentialsError } from './server-errors.ts';

export interface Starting {
  readonly environment: Environment;
  readonly masterKey: MasterKey | undefined;
}

/**
 * Refuses to serve what should not be served.
 *
 * @throws {MigrationsPendingError | StructureDriftError} its schema is not the one of this version
 * @throws {DatabaseReadOnlyError} nothing could be written
 * @throws {DevelopmentCredentialsError} in production, there are tokens that everybody knows
 * @throws {MasterKeyMissingError | WrongMasterKeyError} in production, there are provider keys that could not be used
 */
export function requireFitToServe(database: IronDatabase, { environment, masterKey }: Starting): void {
  requireMigrated(database);
  if (database.connection.readonly) throw new DatabaseReadOnlyError(database.path);
  if (!isForProduction(database, environment)) return;
  const credentials = misplacedCredentialsIn(database, environment);
  if (credentials.length > 0) throw new DevelopmentCredentialsError(database.path, credentials);
  requireMasterKeyFor(database, masterKey);
}

interface SealedKey {
  readonly id: number;
  readonly masterKeyId: string;
}

const SEALED_KEYS =
  'SELECT id, master_key_id AS masterKeyId FROM ai_provider_keys WHERE master_key_id <> ? ORDER BY id LIMIT 1';

function requireMasterKeyFor({ connection }: IronDatabase, masterKey: MasterKey | undefined): void {
  const given = masterKey?.id ?? '';
  const unusable = connection.prepare<[string], SealedKey>(SEALED_KEYS).get(given);
  if (!unusable) return;
  throw masterKey
    ? new WrongMasterKeyError(unusable.id, { needed: unusable.masterKeyId, given })
    : new MasterKeyMissingError();
}
