import { parseInput, schema, type Writer } from '@iron/db';
import { count, eq } from 'drizzle-orm';
import { type KeyChange, logKeyChange } from './log-key-change.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import {
  type ChangeKeyInput,
  changeKeySchema,
  type SetBalanceInput,
  setBalanceSchema,
  type SetBaseUrlInput,
  setBaseUrlSchema,
} from './provider-key-input.ts';
import { findKey, type ProviderKey, toProviderKey } from './provider-key.ts';

const { aiProviderKeys: keys, projectProviderKeyAssignments: assignments } = schema;

/** Only an enabled key is offered and decrypted. */
export async function switchKey(
  { database, now }: ProviderKeyContext,
  input: ChangeKeyInput,
  isEnabled: boolean,
): Promise<ProviderKey> {
  const action = isEnabled ? 'enable' : 'disable';
  const { keyId, actor } = parseInput(`${action}Key`, changeKeySchema, input);
  return await database.write((tx) => {
    if (findKey(tx, keyId).isEnabled === isEnabled) return toProviderKey(findKey(tx, keyId));
    return updateKey(tx, { isEnabled }, { keyId, action, actor, at: now() });
  });
}

export async function setBalance({ database, now }: ProviderKeyContext, input: SetBalanceInput): Promise<ProviderKey> {
  const { keyId, balanceNanos, actor } = parseInput('setBalance', setBalanceSchema, input);
  return await database.write((tx) => {
    const at = now();
    const changes = { before: { balanceNanos: findKey(tx, keyId).balanceNanos }, after: { balanceNanos } };
    const values = { balanceNanos, balanceUpdatedAt: balanceNanos === null ? null : at };
    return updateKey(tx, values, { keyId, action: 'set_balance', actor, changes, at });
  });
}

export async function setBaseUrl({ database, now }: ProviderKeyContext, input: SetBaseUrlInput): Promise<ProviderKey> {
  const { keyId, baseUrl, actor } = parseInput('setBaseUrl', setBaseUrlSchema, input);
  return await database.write((tx) => {
    const changes = { before: { baseUrl: findKey(tx, keyId).baseUrl }, after: { baseUrl } };
    return updateKey(tx, { baseUrl }, { keyId, action: 'set_base_url', actor, changes, at: now() });
  });
}

/** Deletes a key and what assigns it to projects. */
export async function deleteKey({ database, now }: ProviderKeyContext, input: ChangeKeyInput): Promise<void> {
  const { keyId, actor } = parseInput('deleteKey', changeKeySchema, input);
  await database.write((tx) => {
    const { provider, userId, maskedKey } = findKey(tx, keyId);
    const ofKey = eq(assignments.providerKeyId, keyId);
    const projects = tx.select({ projects: count() }).from(assignments).where(ofKey).get()?.projects ?? 0;
    tx.delete(assignments).where(ofKey).run(); // foreign keys can be switched off
    tx.delete(keys).where(eq(keys.id, keyId)).run();
    const changes = { provider, userId, maskedKey, projects };
    logKeyChange(tx, { keyId, action: 'delete', actor, changes, at: now() });
  });
}

function updateKey(tx: Writer, values: Partial<schema.NewAiProviderKey>, change: KeyChange): ProviderKey {
  tx.update(keys).set(values).where(eq(keys.id, change.keyId)).run();
  logKeyChange(tx, change);
  return toProviderKey(findKey(tx, change.keyId));
}
