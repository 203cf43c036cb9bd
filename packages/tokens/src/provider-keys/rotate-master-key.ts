import { all, changeRow, parseInput, schema } from '@iron/db';
import { asc, eq } from '@iron/db/drizzle';
import { logKeyChange } from './log-key-change.ts';
import type { ProviderKeyContext } from './provider-key-context.ts';
import { type RotateMasterKeyInput, rotateMasterKeySchema } from './provider-key-input.ts';
import { sealKey, unsealKey } from './provider-key.ts';

const { aiProviderKeys: keys } = schema;

/** What became of a change of the master key. */
export interface MasterKeyRotation {
  /** How many provider keys were encrypted anew. Those that were under the new master key already are not counted. */
  readonly reencrypted: number;
}

/** Encrypts every key anew, in one transaction: if a single one cannot be decrypted, none is changed. */
export async function rotateMasterKey(
  { database, now, masterKey }: ProviderKeyContext,
  input: RotateMasterKeyInput,
): Promise<MasterKeyRotation> {
  const { from, to, actor } = parseInput('rotateMasterKey', rotateMasterKeySchema, input);
  const rotation = await database.write(function* (tx) {
    const at = now();
    const changes = { before: { masterKeyId: from.id }, after: { masterKeyId: to.id } };
    const rows = yield* all(tx.select().from(keys).orderBy(asc(keys.id)));
    const stale = rows.filter(({ masterKeyId }) => masterKeyId !== to.id);
    for (const row of stale) {
      const sealed = sealKey(to, row, unsealKey(from, row).key);
      yield* changeRow(`provider key ${row.id}`, tx.update(keys).set(sealed).where(eq(keys.id, row.id)));
      yield* logKeyChange(tx, { keyId: row.id, action: 'rotate_master_key', actor, changes, at });
    }
    return { reencrypted: stale.length };
  });
  if (masterKey.current?.id === from.id) masterKey.current = to;
  return rotation;
}
