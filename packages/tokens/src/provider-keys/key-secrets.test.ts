import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { storedText } from '../stored-text.fixture.ts';
import { MasterKey } from './master-key.ts';
import { ProviderKeyStorage } from './provider-key-storage.ts';

const KEYS = ['sk-first-0123456789abcdefghij', 'sk-second-0123456789abcdefghij', 'short-one'];
const FORMS = ['base64', 'hex', 'latin1'] as const;
const MASTERS = [randomBytes(32), randomBytes(32)];

test('no provider key and no master key is readable in files, logs, errors or results (litellm#7603, #2114)', async () => {
  await using made = await testDatabase({ shared: true });
  const { database } = made;
  const [first = '', second = '', short = ''] = KEYS;
  const [from, to] = MASTERS.map((bytes) => MasterKey.fromBase64(bytes.toString('base64')));
  if (!from || !to) throw new Error('two master keys');
  const storage = await ProviderKeyStorage.open(database, { masterKey: from });
  const seen: unknown[] = [storage, from, to];
  const see = async (work: Promise<unknown>) => void seen.push(await work.catch((error: unknown) => error));
  const openai = { provider: 'openai', userId: 'ada' };

  for (const key of [first, second, short]) await see(storage.addKey({ ...openai, key }));
  await see(storage.addKey({ ...openai, key: first, description: `it is ${first}` }));
  await see(storage.addKey({ ...openai, key: ` ${first}` }));
  // @ts-expect-error a key in a wrong place
  await see(storage.addKey({ ...openai, key: first, apiKey: second }));
  await see(storage.setBaseUrl({ keyId: 1, baseUrl: `https://x.org/?key=${first}` }));
  await see(storage.setBaseUrl({ keyId: 1, baseUrl: `https://x:${first}@x.org` }));
  await see(storage.setBalance({ keyId: 2, balanceNanos: 5 }));
  await see(storage.withKey({ keyId: 1 }, (key) => key.length));
  await see(storage.rotateMasterKey({ from: to, to: from }));
  await see(storage.rotateMasterKey({ from, to }));
  await execute(database, "UPDATE ai_provider_keys SET user_id = 'eve' WHERE id = 2");
  await see(storage.withKey({ keyId: 2 }, (key) => key.length));
  await see(storage.rotateMasterKey({ from: to, to: from }));
  await see(storage.listKeys());
  await see(storage.deleteKey({ keyId: 3 }));
  await see(storage.withKey({ keyId: 3 }, (key) => key.length));
  seen.push(database, await database.reader.select().from(schema.auditLog));
  const printed = seen.map((value) => inspect(value, { depth: 8, showHidden: true }));
  const asJson = seen.filter((value) => value !== database).map((value) => JSON.stringify(value));
  const stored = await storedText(database);

  const everything = [...printed, ...asJson, stored].join('\n');
  const masters = MASTERS.flatMap((bytes) => FORMS.map((form) => bytes.toString(form)));
  expect(everything).toContain('sk-…ghij');
  expect([...KEYS, ...masters].filter((secret) => everything.includes(secret))).toEqual([]);
});
