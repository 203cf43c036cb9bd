import { schema } from '@iron/db';
import { asc } from '@iron/db/drizzle';
import type { MasterKey } from './master-key.ts';
import { type ProviderKeyContext, requireMasterKey } from './provider-key-context.ts';
import { ProviderKeyDamagedError, WrongMasterKeyError } from './provider-key-errors.ts';
import { type ProviderKeyRow, unsealKey } from './provider-key.ts';

/** Which keys can be decrypted with the master key at hand. */
export interface KeyVerification {
  readonly keys: number;
  /** What using the others would throw. */
  readonly broken: readonly (WrongMasterKeyError | ProviderKeyDamagedError)[];
}

/** Decrypts every key, and keeps none. */
export async function verifyKeys(context: ProviderKeyContext): Promise<KeyVerification> {
  const { aiProviderKeys: keys } = schema;
  const rows = await context.database.reader.select().from(keys).orderBy(asc(keys.id));
  if (rows.length === 0) return { keys: 0, broken: [] };
  const masterKey = requireMasterKey(context);
  return { keys: rows.length, broken: rows.flatMap((row) => errorOf(masterKey, row) ?? []) };
}

function errorOf(masterKey: MasterKey, row: ProviderKeyRow): WrongMasterKeyError | ProviderKeyDamagedError | undefined {
  try {
    unsealKey(masterKey, row);
    return undefined;
  } catch (error) {
    if (error instanceof WrongMasterKeyError || error instanceof ProviderKeyDamagedError) return error;
    throw error;
  }
}
