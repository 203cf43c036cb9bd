import { testDatabase } from '@iron/test-database';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { MasterKey } from './master-key.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';

const ROTATE = new URL('./rotate-program.fixture.ts', import.meta.url);
const FROM = Buffer.alloc(32, 1).toString('base64');
const TO = Buffer.alloc(32, 2).toString('base64');
const KEYS = 3;

test.each([
  ['before the first key', 1, 'from'],
  ['in the middle', 2, 'from'],
  ['before the last key', KEYS, 'from'],
  ['when all is done', 0, 'to'],
])('a rotation that is killed %s leaves every key to one of the two master keys alone', async (_, at, opens) => {
  await using shared = await testDatabase({ shared: true });
  const [from, to] = [FROM, TO].map((text) => MasterKey.fromBase64(text));
  const storageUnder = async (masterKey = from) =>
    await ProviderKeyStorage.open(shared.database, { ...(masterKey && { masterKey }) });
  await using before = await storageUnder(from);
  for (let key = 1; key <= KEYS; key += 1) {
    await before.addKey({ provider: 'openai', key: `sk-0123456789abcdef-${key}`, userId: 'ada' });
  }

  await using program = startProgram(ROTATE, shared.url, FROM, TO, String(at));
  expect(await program.ended).toBe(null);

  await using under = await storageUnder(to);
  const broken = { from: (await before.verifyKeys()).broken.length, to: (await under.verifyKeys()).broken.length };
  expect(broken).toEqual(opens === 'from' ? { from: 0, to: KEYS } : { from: KEYS, to: 0 });
});
