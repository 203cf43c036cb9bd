import { changeRow, first, parseInput, run, schema, type Work, type Writer } from '@iron/db';
import { count, eq } from '@iron/db/drizzle';
import { type KeyChange, logKeyChange } from './log-key-change.ts';
import { type ProviderKeyContext, requireMasterKey } from './provider-key-context.ts';
import {
  type ChangeKeyInput,
  changeKeySchema,
  type SetBalanceInput,
  setBalanceSchema,
  type SetBaseUrlInput,
  setBaseUrlSchema,
} from './provider-key-input.ts';
import { findKey, type ProviderKey, sealKey, toProviderKey, unsealKey } from './provider-key.ts';

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

/** Encrypts the key anew, because it is bound to where it is used. */
export async function setBaseUrl(context: ProviderKeyContext, input: SetBaseUrlInput): Promise<ProviderKey> {
  const { keyId, baseUrl, actor } = parseInput('setBaseUrl', setBaseUrlSchema, input);
  return await context.database.write(function* (tx) {
    const row = yield* findKey(tx, keyId);
    const masterKey = requireMasterKey(context);
    const sealed = sealKey(masterKey, { ...row, baseUrl }, unsealKey(masterKey, row).key);
    const changes = { before: { baseUrl: row.baseUrl }, after: { baseUrl } };
    const change = { keyId, action: 'set_base_url', actor, changes, at: context.now() } as const;
    return yield* updateKey(tx, { baseUrl, ...sealed }, change);
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
