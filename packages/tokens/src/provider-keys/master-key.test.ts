import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { eq } from '@iron/db/drizzle';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { MasterKey } from './master-key.ts';
import {
  InvalidMasterKeyError,
  MasterKeyMissingError,
  ProviderKeyDamagedError,
  WrongMasterKeyError,
} from './provider-key-errors.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';
import type { RotateMasterKeyInput } from './provider-key-input.ts';
import { readMasterKey } from './read-master-key.ts';
import {
  logOf,
  MASTER_KEY,
  OPENAI_KEY,
  OTHER_MASTER_KEY,
  sealWithoutAddress,
  storedKeys,
  testKeys,
} from './test-keys.fixture.ts';

const KEY = randomBytes(32).toString('base64');
const OPENAI = { provider: 'openai', key: OPENAI_KEY, userId: 'ada' };
const reveal = (key: string) => key;
const read = (variables: NodeJS.ProcessEnv) => () => readMasterKey(variables);

function keyFile(content: string, mode: number) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'iron-master-key-'));
  const path = join(folder.path, 'master.key');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return { path, [Symbol.dispose]: () => folder.remove() };
}

beforeEach(() => {
  vi.stubEnv('IRON_MASTER_KEY', undefined);
  vi.stubEnv('IRON_MASTER_KEY_FILE', undefined);
  return () => vi.unstubAllEnvs();
});

describe('the master key', () => {
  test('comes from the environment or from a file of its owner', () => {
    using file = keyFile(`${KEY}\n`, 0o600);

    const { id } = MasterKey.fromBase64(KEY);

    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(readMasterKey({ IRON_MASTER_KEY: KEY })?.id).toBe(id);
    expect(readMasterKey({ IRON_MASTER_KEY_FILE: file.path })?.id).toBe(id);
    expect(readMasterKey({})).toBe(undefined);
  });

  test.each([0o640, 0o604, 0o644, 0o620, 0o660, 0o777])('is refused from a file of mode %o', (mode) => {
    using file = keyFile(KEY, mode);

    const reading = read({ IRON_MASTER_KEY_FILE: file.path });

    expect(reading).toThrow(InvalidMasterKeyError);
    expect(reading).toThrow(`others than its owner have access to it (mode 0${mode.toString(8)}, not 0600)`);
  });

  test.each(['', 'short', KEY.slice(1), `${KEY}A`, `${KEY}\n${KEY}`, KEY.replace('=', ''), '!'.repeat(44)])(
    'is refused when it is not 32 bytes in base64, and is not repeated',
    (wrong) => {
      using file = keyFile(wrong, 0o600);

      for (const variables of [{ IRON_MASTER_KEY: wrong }, { IRON_MASTER_KEY_FILE: file.path }]) {
        let error: unknown;
        try {
          readMasterKey(variables);
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toMatchObject({ code: 'provider_key.master_key_invalid' });
        expect(wrong !== '' && inspect(error).includes(wrong)).toBe(false);
      }
    },
  );

  test('is refused when two are given, or the file is missing or none', () => {
    using file = keyFile(KEY, 0o600);

    expect(read({ IRON_MASTER_KEY: KEY, IRON_MASTER_KEY_FILE: file.path })).toThrow(
      'IRON_MASTER_KEY_FILE is set as well',
    );
    expect(read({ IRON_MASTER_KEY_FILE: `${file.path}.not` })).toThrow('ENOENT');
    expect(read({ IRON_MASTER_KEY_FILE: tmpdir() })).toThrow('it is not a small file');
  });

  test('is not printed by whatever prints it', () => {
    const masterKey = MasterKey.fromBase64(KEY);

    const printed = inspect(masterKey, { showHidden: true, depth: Infinity }) + JSON.stringify(masterKey);

    expect(printed).toContain(masterKey.id);
    expect(printed).not.toContain(KEY.slice(0, 8));
    expect(printed).not.toContain(Buffer.from(KEY, 'base64').toString('hex').slice(0, 8));
  });

  test('that is missing leaves keys listed and switched, and not used', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await using without = await ProviderKeyStorage.open(given.database);

    expect(await without.disableKey({ keyId: 1 })).toMatchObject({ isEnabled: false });
    expect(await without.enableKey({ keyId: 1 })).toMatchObject({ isEnabled: true });
    await expect(without.withKey({ keyId: 1 }, reveal)).rejects.toThrow(MasterKeyMissingError);
    await expect(without.addKey(OPENAI)).rejects.toThrow('There is no master key');
  });

  test('that is another one does not open a key, and both are named by fingerprint', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await using other = await ProviderKeyStorage.open(given.database, { masterKey: OTHER_MASTER_KEY });

    const opening = other.withKey({ keyId: 1 }, reveal);

    await expect(opening).rejects.toThrow(WrongMasterKeyError);
    await expect(opening).rejects.toThrow(
      `under the master key ${MASTER_KEY.id}; the one at hand is ${OTHER_MASTER_KEY.id}`,
    );
  });

  test('that others may read keeps a storage from opening', async () => {
    using file = keyFile(KEY, 0o644);
    vi.stubEnv('IRON_MASTER_KEY_FILE', file.path);

    await expect(ProviderKeyStorage.open('sqlite::memory:')).rejects.toThrow(InvalidMasterKeyError);
  });
});

describe('an encrypted key', () => {
  test.each([
    ['whose provider was changed', "UPDATE ai_provider_keys SET provider = 'evil' WHERE id = 2"],
    ['whose address was changed', "UPDATE ai_provider_keys SET base_url = 'https://evil.example.org' WHERE id = 2"],
    ['whose address was taken away', 'UPDATE ai_provider_keys SET base_url = NULL WHERE id = 2'],
    ['whose owner was changed', "UPDATE ai_provider_keys SET user_id = 'eve' WHERE id = 2"],
    [
      'of which a byte was changed',
      {
        sqlite: `UPDATE ai_provider_keys SET encrypted_api_key = CAST(
          iif(substr(encrypted_api_key, 1, 1) = x'00', x'01', x'00') || substr(encrypted_api_key, 2) AS BLOB)
          WHERE id = 2`,
        postgres: `UPDATE ai_provider_keys
          SET encrypted_api_key = set_byte(encrypted_api_key, 0, get_byte(encrypted_api_key, 0) # 1) WHERE id = 2`,
      },
    ],
    ['that was cut', 'UPDATE ai_provider_keys SET encrypted_api_key = substr(encrypted_api_key, 1, 17) WHERE id = 2'],
  ])('%s cannot be decrypted', async (_, change) => {
    await using given = await testKeys();
    await given.keys.addKey({ ...OPENAI, userId: 'bob' });
    await given.keys.addKey({ ...OPENAI, baseUrl: 'https://eu.example.org/v1' });
    await execute(given.database, change);

    await expect(given.keys.withKey({ keyId: 2 }, reveal)).rejects.toThrow(ProviderKeyDamagedError);
    await expect(given.keys.setBaseUrl({ keyId: 2, baseUrl: null })).rejects.toThrow(ProviderKeyDamagedError);
  });

  test('that was moved to another row with its nonce cannot be decrypted there', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await given.keys.addKey(OPENAI);
    const { reader } = given.database;
    const [stolen] = await reader.select().from(schema.aiProviderKeys).where(eq(schema.aiProviderKeys.id, 1));
    if (!stolen) throw new TypeError('The first key is there.');
    await execute(given.database, 'DELETE FROM ai_provider_keys WHERE id = 1');
    await reader
      .statement('UPDATE ai_provider_keys SET encrypted_api_key = ?, encryption_nonce = ? WHERE id = 2')
      .run(stolen.encryptedApiKey, stolen.encryptionNonce);

    await expect(given.keys.withKey({ keyId: 2 }, reveal)).rejects.toThrow(ProviderKeyDamagedError);
  });

  test('is another one each time, for the same key', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await given.keys.addKey(OPENAI);

    expect(new Set(await storedKeys(given)).size).toBe(2);
  });
});

describe('a key that was sealed without its address', () => {
  test.each<[string, (keys: ProviderKeyStorage) => Promise<unknown>, MasterKey]>([
    [
      'an address is given',
      async (keys) => await keys.setBaseUrl({ keyId: 1, baseUrl: 'https://eu.example.org' }),
      MASTER_KEY,
    ],
    [
      'the master key is replaced',
      async (keys) => await keys.rotateMasterKey({ from: MASTER_KEY, to: OTHER_MASTER_KEY }),
      OTHER_MASTER_KEY,
    ],
  ])('is opened and named, and bound to its address as soon as %s', async (_, change, masterKey) => {
    await using given = await testKeys();
    const { keys, database } = given;
    await keys.addKey(OPENAI);
    await sealWithoutAddress(database, OPENAI_KEY);

    expect(await keys.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
    expect(await keys.verifyKeys()).toEqual({ keys: 1, broken: [], unbound: [1] });

    await change(keys);
    await using later = await ProviderKeyStorage.open(database, { masterKey });
    expect(await later.verifyKeys()).toEqual({ keys: 1, broken: [], unbound: [] });
    expect(await later.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
    await execute(database, "UPDATE ai_provider_keys SET base_url = 'https://evil.example.org'");
    await expect(later.withKey({ keyId: 1 }, reveal)).rejects.toThrow(ProviderKeyDamagedError);
  });
});

describe('a new master key', () => {
  test('takes the place of the old one for every key at once', async () => {
    await using given = await testKeys();
    const { keys } = given;
    for (const key of [OPENAI_KEY, `${OPENAI_KEY}2`, `${OPENAI_KEY}3`]) await keys.addKey({ ...OPENAI, key });
    await keys.disableKey({ keyId: 3 });
    const before = await storedKeys(given);

    const rotation = await keys.rotateMasterKey({ from: MASTER_KEY, to: OTHER_MASTER_KEY, actor: { userId: 'ada' } });

    expect(rotation).toEqual({ reencrypted: 3 });
    expect((await storedKeys(given)).filter((stored) => before.includes(stored))).toEqual([]);
    expect(await keys.withKey({ keyId: 2 }, reveal)).toBe(`${OPENAI_KEY}2`);
    expect(await keys.addKey(OPENAI)).toMatchObject({ masterKeyId: OTHER_MASTER_KEY.id });
    const changes = { before: { masterKeyId: MASTER_KEY.id }, after: { masterKeyId: OTHER_MASTER_KEY.id } };
    expect((await logOf(given)).slice(4, 7)).toEqual(
      ['1', '2', '3'].map((id) => ({ id, action: 'rotate_master_key', by: 'ada', changes })),
    );
    expect(await keys.rotateMasterKey({ from: MASTER_KEY, to: OTHER_MASTER_KEY })).toEqual({ reencrypted: 0 });
  });

  test('takes no place when a single key cannot be decrypted', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    await given.keys.addKey(OPENAI);
    await execute(given.database, "UPDATE ai_provider_keys SET user_id = 'eve' WHERE id = 2");
    const before = { keys: await storedKeys(given), log: await logOf(given) };

    const rotation = given.keys.rotateMasterKey({ from: MASTER_KEY, to: OTHER_MASTER_KEY });

    await expect(rotation).rejects.toThrow(ProviderKeyDamagedError);
    expect({ keys: await storedKeys(given), log: await logOf(given) }).toEqual(before);
    expect(await given.keys.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
  });

  test('is refused with a wrong old one, and with the same one; nothing is changed', async () => {
    await using given = await testKeys();
    await given.keys.addKey(OPENAI);
    const before = { keys: await storedKeys(given), log: await logOf(given) };
    const third = MasterKey.fromBase64(KEY);

    const rotate = async (masterKeys: RotateMasterKeyInput) => await given.keys.rotateMasterKey(masterKeys);

    await expect(rotate({ from: OTHER_MASTER_KEY, to: third })).rejects.toThrow(WrongMasterKeyError);
    await expect(rotate({ from: MASTER_KEY, to: MASTER_KEY })).rejects.toThrow('from and to are the same master key');
    expect({ keys: await storedKeys(given), log: await logOf(given) }).toEqual(before);
  });

  test('leaves a process with the old one to fail clearly, and it can be given the new one', async () => {
    await using made = await testDatabase();
    const { database } = made;
    await using here = await ProviderKeyStorage.open(database, { masterKey: MASTER_KEY });
    await using there = await ProviderKeyStorage.open(database, { masterKey: MASTER_KEY });
    await here.addKey(OPENAI);

    await here.rotateMasterKey({ from: MASTER_KEY, to: OTHER_MASTER_KEY });

    await expect(there.withKey({ keyId: 1 }, reveal)).rejects.toThrow(WrongMasterKeyError);
    await expect(there.addKey(OPENAI)).rejects.toThrow(WrongMasterKeyError); // which nobody could open soon
    await using restarted = await ProviderKeyStorage.open(database, { masterKey: OTHER_MASTER_KEY });
    expect(await restarted.withKey({ keyId: 1 }, reveal)).toBe(OPENAI_KEY);
  });
});
