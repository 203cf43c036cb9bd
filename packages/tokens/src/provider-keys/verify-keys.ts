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
  readonly broken: readonly BrokenKey[];
  /** The ids of those whose base URL could be changed behind Iron's back: a version that did not bind it sealed them. */
  readonly unbound: readonly number[];
}

type BrokenKey = WrongMasterKeyError | ProviderKeyDamagedError;

/** Decrypts every key, and keeps none. */
export async function verifyKeys(context: ProviderKeyContext): Promise<KeyVerification> {
  const { aiProviderKeys: keys } = schema;
  const rows = await context.database.reader.select().from(keys).orderBy(asc(keys.id));
  if (rows.length === 0) return { keys: 0, broken: [], unbound: [] };
  const masterKey = requireMasterKey(context);
  const broken: BrokenKey[] = [];
  const unbound: number[] = [];
  for (const row of rows) {
    const opened = openOrError(masterKey, row);
    if (opened instanceof Error) broken.push(opened);
    else if (!opened.isBoundToUrl) unbound.push(row.id);
  }
  return { keys: rows.length, broken, unbound };
}

function openOrError(masterKey: MasterKey, row: ProviderKeyRow): ReturnType<typeof unsealKey> | BrokenKey {
  try {
    return unsealKey(masterKey, row);
  } catch (error) {
    if (error instanceof WrongMasterKeyError || error instanceof ProviderKeyDamagedError) return error;
    throw error;
  }
}
