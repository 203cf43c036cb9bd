import { describe, expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';
import { ADA, MASTER_KEY, OPENAI_KEY, OTHER_MASTER_KEY, testKeys } from './test-keys.fixture.ts';

describe('verifyKeys', () => {
  test('finds nothing where every key can be decrypted, disabled ones too', async () => {
    await using opened = await testKeys();
    const key = await opened.keys.addKey({ provider: 'openai', key: OPENAI_KEY, actor: ADA, userId: 'ada' });
    await opened.keys.disableKey({ keyId: key.id, actor: ADA });

    expect(await opened.keys.verifyKeys()).toEqual({ keys: 1, broken: [], unbound: [] });
  });

  test('names the keys that are under another master key, and those that were altered', async () => {
    await using opened = await testKeys();
    const { keys, database } = opened;
    await keys.addKey({ provider: 'openai', key: OPENAI_KEY, actor: ADA, userId: 'ada' });
    await keys.addKey({ provider: 'openai', key: OPENAI_KEY, actor: ADA, userId: 'ada' });
    await execute(database, "UPDATE ai_provider_keys SET provider = 'anthropic' WHERE id = 2");
    await using others = await ProviderKeyStorage.open(database, { masterKey: OTHER_MASTER_KEY });

    expect((await keys.verifyKeys()).broken.map(({ message }) => message)).toEqual([
      'Provider key 2 cannot be decrypted: its row is not as it was written.',
    ]);
    expect((await others.verifyKeys()).broken.map(({ message }) => message)).toEqual([
      `Provider key 1 is encrypted under the master key ${MASTER_KEY.id}; the one at hand is ${OTHER_MASTER_KEY.id}.`,
      `Provider key 2 is encrypted under the master key ${MASTER_KEY.id}; the one at hand is ${OTHER_MASTER_KEY.id}.`,
    ]);
  });

  test('needs a master key only where there are keys', async () => {
    await using opened = await testKeys();
    await using without = await ProviderKeyStorage.open(opened.database);

    expect(await without.verifyKeys()).toEqual({ keys: 0, broken: [], unbound: [] });
    await opened.keys.addKey({ provider: 'openai', key: OPENAI_KEY, actor: ADA, userId: 'ada' });
    await expect(without.verifyKeys()).rejects.toThrow(
      'There is no master key to encrypt or decrypt provider keys with.',
    );
  });
});
