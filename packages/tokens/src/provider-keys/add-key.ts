import { first, parseInput, schema, type Work, type Writer } from '@iron/db';
import { eq, max, ne, sql } from '@iron/db/drizzle';
import { logKeyChange, PROVIDER_KEY } from './log-key-change.ts';
import { maskKey } from './mask-key.ts';
import type { MasterKey } from './master-key.ts';
import { type ProviderKeyContext, requireMasterKey } from './provider-key-context.ts';
import { WrongMasterKeyError } from './provider-key-errors.ts';
import { type AddKeyInput, addKeySchema } from './provider-key-input.ts';
import { type ProviderKey, sealKey, toProviderKey } from './provider-key.ts';

const { aiProviderKeys, auditLog } = schema;

/** Encrypts a key for its row and keeps it. */
export async function addKey(context: ProviderKeyContext, input: AddKeyInput): Promise<ProviderKey> {
  const { key, actor, ...about } = parseInput('addKey', addKeySchema, input);
  const masterKey = requireMasterKey(context);
  return await context.database.write(function* (tx) {
    yield* requireSameMasterKey(tx, masterKey);
    const at = context.now();
    const shown = { ...about, maskedKey: maskKey(key) };
    const { provider, userId, baseUrl = null } = about;
    const binding = { id: yield* nextId(tx), provider, userId, baseUrl };
    const values = { ...shown, ...sealKey(masterKey, binding, key), id: binding.id, createdAt: at };
    const row = yield* first(tx.insert(aiProviderKeys).values(values).returning());
    const changes = { ...shown, masterKeyId: masterKey.id };
    yield* logKeyChange(tx, { keyId: row.id, action: 'create', actor, changes, at });
    return toProviderKey(row);
  });
}

/** Of a process that missed a rotation: the old master key may be gone tomorrow, and the key with it. */
function* requireSameMasterKey(tx: Writer, { id: given }: MasterKey): Work<void> {
  const others = tx
    .select({ id: aiProviderKeys.id, needed: aiProviderKeys.masterKeyId })
    .from(aiProviderKeys)
    .where(ne(aiProviderKeys.masterKeyId, given))
    .limit(1);
  const other = yield* first(others);
  if (other) throw new WrongMasterKeyError(other.id, { needed: other.needed, given });
}

/** Never that of a deleted key: else its cipher text could be put back under a new key's name, and the log would mix them. */
function* nextId(tx: Writer): Work<number> {
  const stored = yield* first(tx.select({ id: max(aiProviderKeys.id) }).from(aiProviderKeys));
  const ofKeys = tx
    .select({ id: sql<number | null>`max(CAST(${auditLog.entityId} AS bigint))` })
    .from(auditLog)
    .where(eq(auditLog.entityType, PROVIDER_KEY));
  const logged = yield* first(ofKeys);
  return Math.max(stored?.id ?? 0, logged?.id ?? 0) + 1;
}
