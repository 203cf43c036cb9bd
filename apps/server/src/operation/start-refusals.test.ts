import { type IronDatabase, openDatabase, openSqliteDatabase, SEEDED_USERS, seedDatabase } from '@iron/db';
import { type TestDatabase, testDatabase } from '@iron/test-database';
import { MasterKey, ProviderKeyStorage } from '@iron/tokens';
import { describe, expect, test } from 'vitest';
import { changeByHand } from '../change-by-hand.fixture.ts';
import { MASTER_KEY, openTestServer } from '../served.fixture.ts';
import { serve, type ServeOptions } from '../serve.ts';

const OTHER_KEY = MasterKey.fromBase64(Buffer.alloc(32, 8).toString('base64'));
const HERE = { host: '127.0.0.1', port: 0, logLevel: 'silent' } as const;

/** Starts a server over a database, and ends it at once where it starts. */
async function start(database: Parameters<typeof serve>[0], options: Pick<ServeOptions, 'environment' | 'masterKey'>) {
  const server = await serve(database, { ...HERE, ...options });
  await server.drain();
  return 'started';
}

/** Opens it once more, so that nothing can be written. */
async function openToRead({ database, url }: TestDatabase): Promise<IronDatabase> {
  if (database.engine === 'sqlite') {
    return await openSqliteDatabase({ kind: 'file', path: database.path, mode: 'ro' });
  }
  const { database: name } = database.location;
  await database.session.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
  return await openDatabase(url);
}

describe('in production a server does not start', () => {
  test('with the tokens of the development data', async () => {
    await using t = await testDatabase();
    await seedDatabase(t.database);
    await expect(start(t.database, { environment: 'production' })).rejects.toMatchObject({
      code: 'server.development_credentials',
      message: `A server does not start in production with tokens that everybody knows: ${t.database.path} holds the ${SEEDED_USERS.map(({ tokenRow }) => tokenRow.name).join(', the ')}.`,
      hint: expect.stringContaining('`iron tokens delete`') as unknown,
    });
    expect(await start(t.database, { environment: 'development' })).toBe('started');
  });

  test('with them in a database of production, whatever the environment is', async () => {
    await using t = await testDatabase();
    await seedDatabase(t.database);
    await changeByHand(t.database, "UPDATE _iron SET environment = 'production'");
    await expect(start(t.database, { environment: 'development' })).rejects.toMatchObject({
      code: 'server.development_credentials',
    });
  });

  test('without the master key of its provider keys, or with another one', async () => {
    await using t = await testDatabase();
    const keys = await ProviderKeyStorage.open(t.database, { masterKey: MASTER_KEY });
    expect(await start(t.database, { environment: 'production' })).toBe('started');
    await keys.addKey({ provider: 'openai', userId: 'ada', key: 'sk-1234567890123456789012345' });

    await expect(start(t.database, { environment: 'production' })).rejects.toMatchObject({
      code: 'provider_key.master_key_missing',
      hint: expect.stringContaining('IRON_MASTER_KEY') as unknown,
    });
    await expect(start(t.database, { environment: 'production', masterKey: OTHER_KEY })).rejects.toMatchObject({
      code: 'provider_key.wrong_master_key',
    });
    expect(await start(t.database, { environment: 'production', masterKey: MASTER_KEY })).toBe('started');
    expect(await start(t.database, { environment: 'development' })).toBe('started');
  });
});

describe('a server does not start in any environment', () => {
  test('on a wrong schema', async () => {
    using empty = await openSqliteDatabase('sqlite::memory:');
    await expect(start(empty, { environment: 'development' })).rejects.toMatchObject({ code: 'migration.pending' });
    await using t = await testDatabase();
    await changeByHand(t.database, 'CREATE TABLE extra (id INTEGER)');
    await expect(start(t.database, { environment: 'production' })).rejects.toMatchObject({
      code: 'migration.structure_drift',
    });
  });

  test('on a database that it may only read', async () => {
    await using t = await testDatabase({ shared: true });
    await using database = await openToRead(t);
    await expect(start(database, { environment: 'development' })).rejects.toMatchObject({ code: 'database.read_only' });
  });

  test('at a port that is taken; then nothing of it is left', async () => {
    await using server = await openTestServer();
    const port = Number(new URL(server.url).port);
    await expect(serve(server.database, { ...HERE, environment: 'development', port })).rejects.toMatchObject({
      code: 'server.port_in_use',
    });
    expect((await server.fetch('/readyz')).status).toBe(200);
  });
});
