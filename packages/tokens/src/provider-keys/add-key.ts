import { parseInput, schema, type Writer } from '@iron/db';
import { eq, max, ne, sql } from 'drizzle-orm';
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
  return await context.database.write((tx) => {
    requireSameMasterKey(tx, masterKey);
    const at = context.now();
    const shown = { ...about, maskedKey: maskKey(key) };
    const binding = { id: nextId(tx), provider: about.provider, userId: about.userId };
    const values = { ...shown, ...sealKey(masterKey, binding, key), id: binding.id, createdAt: at };
    const row = tx.insert(aiProviderKeys).values(values).returning().get();
    const changes = { ...shown, masterKeyId: masterKey.id };
    logKeyChange(tx, { keyId: row.id, action: 'create', actor, changes, at });
    return toProviderKey(row);
  });
}

/** Of a process that missed a rotation: the old master key may be gone tomorrow, and the key with it. */
function requireSameMasterKey(tx: Writer, { id: given }: MasterKey): void {
  const other = tx
    .select({ id: aiProviderKeys.id, needed: aiProviderKeys.masterKeyId })
    .from(aiProviderKeys)
    .where(ne(aiProviderKeys.masterKeyId, given))
    .limit(1)
    .get();
  if (other) throw new WrongMasterKeyError(other.id, { needed: other.needed, given });
}

/** Never that of a deleted key: else its cipher text could be put back under a new key's name, and the log would mix them. */
function nextId(tx: Writer): number {
  const stored = tx
    .select({ id: max(aiProviderKeys.id) })
    .from(aiProviderKeys)
    .get();
  const logged = tx
    .select({ id: sql<number | null>`max(CAST(${auditLog.entityId} AS INTEGER))` })
    .from(auditLog)
    .where(eq(auditLog.entityType, PROVIDER_KEY))
    .get();
  return Math.max(stored?.id ?? 0, logged?.id ?? 0) + 1;
}
