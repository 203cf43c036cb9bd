import { changeRow, first, parseInput, run, schema, type Work, type Writer } from '@iron/db';
import { count, eq } from '@iron/db/drizzle';
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
  return await database.write(function* (tx) {
    const row = yield* findKey(tx, keyId);
    if (row.isEnabled === isEnabled) return toProviderKey(row);
    return yield* updateKey(tx, { isEnabled }, { keyId, action, actor, at: now() });
  });
}

export async function setBalance({ database, now }: ProviderKeyContext, input: SetBalanceInput): Promise<ProviderKey> {
  const { keyId, balanceNanos, actor } = parseInput('setBalance', setBalanceSchema, input);
  return await database.write(function* (tx) {
    const at = now();
    const changes = { before: { balanceNanos: (yield* findKey(tx, keyId)).balanceNanos }, after: { balanceNanos } };
    const values = { balanceNanos, balanceUpdatedAt: balanceNanos === null ? null : at };
    return yield* updateKey(tx, values, { keyId, action: 'set_balance', actor, changes, at });
  });
}

export async function setBaseUrl({ database, now }: ProviderKeyContext, input: SetBaseUrlInput): Promise<ProviderKey> {
  const { keyId, baseUrl, actor } = parseInput('setBaseUrl', setBaseUrlSchema, input);
  return await database.write(function* (tx) {
    const changes = { before: { baseUrl: (yield* findKey(tx, keyId)).baseUrl }, after: { baseUrl } };
    return yield* updateKey(tx, { baseUrl }, { keyId, action: 'set_base_url', actor, changes, at: now() });
  });
}

/** Deletes a key and what assigns it to projects. */
export async function deleteKey({ database, now }: ProviderKeyContext, input: ChangeKeyInput): Promise<void> {
  const { keyId, actor } = parseInput('deleteKey', changeKeySchema, input);
  await database.write(function* (tx) {
    const { provider, userId, maskedKey } = yield* findKey(tx, keyId);
    const ofKey = eq(assignments.providerKeyId, keyId);
    const assigned = yield* first(tx.select({ projects: count() }).from(assignments).where(ofKey));
    yield* run(tx.delete(assignments).where(ofKey)); // foreign keys can be switched off
    yield* changeRow(`provider key ${keyId}`, tx.delete(keys).where(eq(keys.id, keyId)));
    const changes = { provider, userId, maskedKey, projects: assigned?.projects ?? 0 };
    yield* logKeyChange(tx, { keyId, action: 'delete', actor, changes, at: now() });
  });
}

function* updateKey(tx: Writer, values: Partial<schema.NewAiProviderKey>, change: KeyChange): Work<ProviderKey> {
  const { keyId } = change;
  yield* changeRow(`provider key ${keyId}`, tx.update(keys).set(values).where(eq(keys.id, keyId)));
  yield* logKeyChange(tx, change);
  return toProviderKey(yield* findKey(tx, keyId));
}
