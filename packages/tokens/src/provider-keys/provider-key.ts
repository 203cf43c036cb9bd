import { first, type Reader, schema, type Work } from '@iron/db';
import { eq } from '@iron/db/drizzle';
import type { MasterKey, Sealed } from './master-key.ts';
import { ProviderKeyDamagedError, ProviderKeyNotFoundError, WrongMasterKeyError } from './provider-key-errors.ts';

/** A provider's key as it is shown: all but the key. Times are milliseconds since the epoch. */
export interface ProviderKey {
  readonly id: number;
  /** `openai`, `anthropic`, … */
  readonly provider: string;
  /** Its first three and last four characters, `sk-…abcd`; of a short key none. */
  readonly maskedKey: string;
  /** Whose key it is. */
  readonly userId: string;
  /** Where to call the provider, if not at its usual address. */
  readonly baseUrl: string | null;
  readonly description: string | null;
  readonly isEnabled: boolean;
  /** What is left of it with the provider, in nano-dollars; below zero: overdrawn; `null`: nobody said. */
  readonly balanceNanos: number | null;
  readonly balanceUpdatedAt: number | null;
  /** The fingerprint of the master key that it is encrypted under. */
  readonly masterKeyId: string;
  readonly createdAt: number;
  /** Up to a minute behind; `null`: never used. */
  readonly lastUsedAt: number | null;
}

/** A row of `ai_provider_keys`. */
export type ProviderKeyRow = schema.AiProviderKey;

/** The cipher text stays behind. */
export function toProviderKey(row: ProviderKeyRow): ProviderKey {
  const { encryptedApiKey: _sealed, encryptionNonce: _nonce, ...rest } = row;
  return rest;
}

/** @throws {ProviderKeyNotFoundError} there is no such key */
export function* findKey(reader: Pick<Reader, 'select'>, id: number): Work<ProviderKeyRow> {
  const row = yield* first(reader.select().from(schema.aiProviderKeys).where(eq(schema.aiProviderKeys.id, id)));
  if (!row) throw new ProviderKeyNotFoundError(id);
  return row;
}

/** What of its row a cipher text is bound to: whose key of which provider it is, and where it is sent. */
export type KeyBinding = Pick<ProviderKeyRow, 'id' | 'provider' | 'userId' | 'baseUrl'>;

/** A key that was decrypted. */
interface OpenedKey {
  readonly key: string;
  /** Whether it is bound to its base URL. What versions before sealed is not, until it is sealed anew. */
  readonly isBoundToUrl: boolean;
}

/** The columns that hold an encrypted key. */
export function sealKey(masterKey: MasterKey, binding: KeyBinding, key: string) {
  const { sealed, nonce } = masterKey.seal(key, contextOf(binding, masterKey.id));
  return { encryptedApiKey: sealed, encryptionNonce: nonce, masterKeyId: masterKey.id };
}

/**
 * @throws {WrongMasterKeyError} the key was encrypted under another master key
 * @throws {ProviderKeyDamagedError} the row is not as it was written
 */
export function unsealKey(masterKey: MasterKey, row: ProviderKeyRow): OpenedKey {
  if (row.masterKeyId !== masterKey.id) {
    throw new WrongMasterKeyError(row.id, { needed: row.masterKeyId, given: masterKey.id });
  }
  const stored: Sealed = { sealed: row.encryptedApiKey, nonce: row.encryptionNonce };
  const bound = masterKey.unseal(stored, contextOf(row, row.masterKeyId));
  if (bound !== undefined) return { key: bound, isBoundToUrl: true };
  const key = masterKey.unseal(stored, contextWithoutUrl(row, row.masterKeyId));
  if (key === undefined) throw new ProviderKeyDamagedError(row.id);
  return { key, isBoundToUrl: false };
}

function contextOf({ id, provider, userId, baseUrl }: KeyBinding, masterKeyId: string): string {
  return JSON.stringify(['iron provider key at', id, provider, userId, masterKeyId, baseUrl]);
}

/** That of the versions that did not bind the base URL. Nothing is sealed for it any more. */
function contextWithoutUrl({ id, provider, userId }: KeyBinding, masterKeyId: string): string {
  return JSON.stringify(['iron provider key', id, provider, userId, masterKeyId]);
}
