import { parseInput, run, schema } from '@iron/db';
import { and, eq, isNull, lte, or } from '@iron/db/drizzle';
import { readKeyById } from './key-look-ups.ts';
import { type ProviderKeyContext, requireMasterKey } from './provider-key-context.ts';
import { ProviderKeyDisabledError, ProviderKeyNotFoundError } from './provider-key-errors.ts';
import { type WithKeyInput, withKeySchema } from './provider-key-input.ts';
import { type ProviderKey, type ProviderKeyRow, toProviderKey, unsealKey } from './provider-key.ts';

const { aiProviderKeys: keys } = schema;

const MINUTE_MS = 60_000;

/** Decrypts a key for as long as `use` takes. */
export async function withKey<T>(
  context: ProviderKeyContext,
  input: WithKeyInput,
  use: (key: string, about: ProviderKey) => T | Promise<T>,
): Promise<T> {
  const { keyId } = parseInput('withKey', withKeySchema, input);
  const masterKey = requireMasterKey(context);
  const row = await readKeyById(context.database, keyId);
  if (!row) throw new ProviderKeyNotFoundError(keyId);
  if (!row.isEnabled) throw new ProviderKeyDisabledError(keyId);
  const { key } = unsealKey(masterKey, row);
  await noteUse(context, row);
  return await use(key, toProviderKey(row));
}

/** At most one write a minute and key, however often it is used. */
async function noteUse({ database, now }: ProviderKeyContext, { id, lastUsedAt }: ProviderKeyRow): Promise<void> {
  const at = now();
  if (lastUsedAt !== null && lastUsedAt > at - MINUTE_MS) return;
  const isDue = or(isNull(keys.lastUsedAt), lte(keys.lastUsedAt, at - MINUTE_MS));
  await database.write((tx) =>
    run(
      tx
        .update(keys)
        .set({ lastUsedAt: at })
        .where(and(eq(keys.id, id), isDue)),
    ),
  );
}
