import { parseInput, schema, type Writer } from '@iron/db';
import { count, eq } from 'drizzle-orm';
import { type KeyChange, logKeyChange } from './log-key-change.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import {
  type ChangeKeyInput,
  changeKeyInput,
  type SetBalanceInput,
  setBalanceInput,
  type SetBaseUrlInput,
  setBaseUrlInput,
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
  const { id, actor } = parseInput(`${action}Key`, changeKeyInput, input);
  return await database.write((tx) => {
    if (findKey(tx, id).isEnabled === isEnabled) return toProviderKey(findKey(tx, id));
    return updateKey(tx, { isEnabled }, { keyId: id, action, actor, at: now() });
  });
}

export async function setBalance({ database, now }: ProviderKeyContext, input: SetBalanceInput): Promise<ProviderKey> {
  const { id, balanceNanos, actor } = parseInput('setBalance', setBalanceInput, input);
  return await database.write((tx) => {
    const at = now();
    const changes = { balanceNanos: { from: findKey(tx, id).balanceNanos, to: balanceNanos } };
    const values = { balanceNanos, balanceUpdatedAt: balanceNanos === null ? null : at };
    return updateKey(tx, values, { keyId: id, action: 'set_balance', actor, changes, at });
  });
}

export async function setBaseUrl({ database, now }: ProviderKeyContext, input: SetBaseUrlInput): Promise<ProviderKey> {
  const { id, baseUrl, actor } = parseInput('setBaseUrl', setBaseUrlInput, input);
  return await database.write((tx) => {
    const changes = { baseUrl: { from: findKey(tx, id).baseUrl, to: baseUrl } };
    return updateKey(tx, { baseUrl }, { keyId: id, action: 'set_base_url', actor, changes, at: now() });
  });
}

/** Deletes a key and what assigns it to projects. */
export async function deleteKey({ database, now }: ProviderKeyContext, input: ChangeKeyInput): Promise<void> {
  const { id, actor } = parseInput('deleteKey', changeKeyInput, input);
  await database.write((tx) => {
    const { provider, userId, maskedKey } = findKey(tx, id);
    const ofKey = eq(assignments.providerKeyId, id);
    const projects = tx.select({ projects: count() }).from(assignments).where(ofKey).get()?.projects ?? 0;
    tx.delete(assignments).where(ofKey).run(); // foreign keys can be switched off
    tx.delete(keys).where(eq(keys.id, id)).run();
    const changes = { provider, userId, maskedKey, projects };
    logKeyChange(tx, { keyId: id, action: 'delete', actor, changes, at: now() });
  });
}

function updateKey(tx: Writer, values: Partial<schema.NewAiProviderKey>, change: KeyChange): ProviderKey {
  tx.update(keys).set(values).where(eq(keys.id, change.keyId)).run();
  logKeyChange(tx, change);
  return toProviderKey(findKey(tx, change.keyId));
}
