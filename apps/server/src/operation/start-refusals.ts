import {
  DatabaseReadOnlyError,
  type Environment,
  findMisplacedCredentials,
  type IronDatabase,
  isForProduction,
  openForService,
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
export async function requireFitToServe(database: IronDatabase, { environment, masterKey }: Starting): Promise<void> {
  await openForService(database); // compares the schema
  if (await isReadOnly(database)) throw new DatabaseReadOnlyError(database.path);
  if (!(await isForProduction(database, environment))) return;
  const credentials = await findMisplacedCredentials(database, environment);
  if (credentials.length > 0) throw new DevelopmentCredentialsError(database.path, credentials);
  await requireMasterKeyFor(database, masterKey);
}

/** A server that only repeats what another one writes takes no changes, and neither does one that was told so. */
const IS_READ_ONLY = "SELECT current_setting('transaction_read_only') AS setting";

async function isReadOnly(database: IronDatabase): Promise<boolean> {
  if (database.engine === 'sqlite') return database.connection.readonly;
  const row = await database.reader.statement<[], { readonly setting: string }>(IS_READ_ONLY).get();
  return row?.setting === 'on';
}

interface SealedKey {
  readonly id: number;
  readonly masterKeyId: string;
}

const SEALED_KEYS =
  'SELECT id, master_key_id AS "masterKeyId" FROM ai_provider_keys WHERE master_key_id <> ? ORDER BY id LIMIT 1';

async function requireMasterKeyFor({ reader }: IronDatabase, masterKey: MasterKey | undefined): Promise<void> {
  const given = masterKey?.id ?? '';
  const unusable = await reader.statement<[string], SealedKey>(SEALED_KEYS).get(given);
  if (!unusable) return;
  throw masterKey
    ? new WrongMasterKeyError(unusable.id, { needed: unusable.masterKeyId, given })
    : new MasterKeyMissingError();
}
