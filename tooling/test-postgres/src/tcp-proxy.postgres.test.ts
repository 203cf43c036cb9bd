import { setTimeout as sleep } from 'node:timers/promises';
import { administer, cloneDatabase } from '@iron/test-clones';
import { type Client } from 'pg';
import { expect, test } from 'vitest';
import { startTcpProxy } from './tcp-proxy.ts';

const cloneThings = () =>
  cloneDatabase({
    key: 'proxied',
    build: (url) => administer(url, async (client) => void (await client.query('CREATE TABLE things (id int)'))),
  });
const countThings = async (client: Client) => (await client.query('SELECT id FROM things')).rowCount;
const TOLD_NOTHING = 'told nothing';
/** No bound on speed: it only has to be long enough for an answer to have come if one could. */
const orNothing = (asked: Promise<unknown>) => Promise.race([asked, sleep(300, TOLD_NOTHING)]);

test('what hangs in the network tells nobody, and arrives when the network is back', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);

  await administer(proxy.url, async (client) => {
    expect(await countThings(client)).toBe(0);
    proxy.hang();
    const asked = client.query('INSERT INTO things VALUES (1)');
    expect(await orNothing(asked)).toBe(TOLD_NOTHING);
    expect(await administer(database.url, countThings)).toBe(0);
    proxy.resume();
    await asked;
  });
  expect(await administer(database.url, countThings)).toBe(1);
});

test('where only the answers hang, something is done that nobody hears of', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);

  await administer(proxy.url, async (client) => {
    proxy.hang('answers');
    const asked = client.query('INSERT INTO things VALUES (1)').catch((error: unknown) => error);
    while ((await administer(database.url, countThings)) === 0);
    expect(await orNothing(asked)).toBe(TOLD_NOTHING);
    proxy.cut();
    expect(await asked).toMatchObject({ code: 'ECONNRESET' });
  });
});

test('a new connection hangs like those that there are', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);
  proxy.hang();

  const asked = administer(proxy.url, countThings);

  expect(await orNothing(asked)).toBe(TOLD_NOTHING);
  proxy.resume();
  expect(await asked).toBe(0);
});

test('a connection that is cut fails, and the next one is made', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);

  await administer(proxy.url, async (client) => {
    const asked = client.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
    expect(await orNothing(asked)).toBe(TOLD_NOTHING);
    expect(proxy.connections).toBe(1);
    proxy.cut();
    expect(await asked).toMatchObject({ code: 'ECONNRESET' });
  });

  expect(await administer(proxy.url, countThings)).toBe(0);
});

test('connections are refused and taken again, and those that there are stay', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);

  await administer(proxy.url, async (client) => {
    await proxy.refuse();
    await expect(administer(proxy.url, countThings)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await countThings(client)).toBe(0);
  });
  await proxy.accept();

  expect(await administer(proxy.url, countThings)).toBe(0);
});

test('a server that is deserted keeps its side of the connection, and the next one is made', async () => {
  await using database = await cloneThings();
  await using proxy = await startTcpProxy(database.url);
  const open = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

  await administer(proxy.url, async (client) => {
    const asked = client.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
    expect(await orNothing(asked)).toBe(TOLD_NOTHING);
    proxy.desert();
    expect(await asked).toMatchObject({ code: 'ECONNRESET' });
  });

  expect(await administer(proxy.url, async (client) => (await client.query(open)).rowCount)).toBe(1);
});
