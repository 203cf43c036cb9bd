import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres, startTcpProxy } from '@iron/test-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { wait, type Work } from '../work/work.ts';
import type { OpenOptions } from '../connection/open-sqlite-database.ts';
import type { Reader } from '../work/queries.ts';
import { addNote, ask, countNotes, NOTES, openPostgres } from './notes.fixture.ts';
import type { PostgresDatabase } from './postgres-database.ts';

const MOST_CONNECTIONS = 8;
let server: PostgresServer;

beforeAll(async () => {
  const settings = { max_connections: String(MOST_CONNECTIONS), superuser_reserved_connections: '0' };
  server = await startPostgres({ settings });
  await ask(server.url, `${NOTES}; CREATE ROLE guest LOGIN PASSWORD 'guest'`);
});
afterAll(() => server[Symbol.asyncDispose]());

/** The URL of the server, with parts of it replaced. */
function urlWith(parts: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'host' | 'search'>>): string {
  return Object.assign(new URL(server.url), parts).href;
}

async function open(url = server.url, options?: OpenOptions): Promise<PostgresDatabase> {
  const database = await openPostgres(url, options);
  onTestFinished(() => database.close());
  return database;
}

async function failure(asked: Promise<unknown>): Promise<unknown> {
  return await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Sleeps in the server, which says so. */
function* rest(reader: Reader): Work<unknown> {
  return yield* wait(reader.statement('SELECT pg_sleep(600)').get());
}

async function someoneRests(): Promise<void> {
  const resting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
  while ((await ask(server.url, resting)).length === 0) await sleep(5);
}

const count = async (database: PostgresDatabase) => await database.read(countNotes);
let names = 0;
const add = async (database: PostgresDatabase) => await database.write((tx) => addNote(tx, `note ${(names += 1)}`));

describe('a server that is down', () => {
  test('is named with what is wrong, and the same handle works again when it is up', async () => {
    const database = await open();
    const before = await count(database);
    await server.stop();

    const refusals = [
      await failure(openPostgres(server.url)),
      await failure(count(database)),
      await failure(add(database)),
      await failure(database.atOneMoment(countNotes)),
    ];
    await server.start();

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        code: 'database.unreachable',
        message: `The PostgreSQL server ${database.path} cannot be reached: nothing listens there.`,
      });
    }
    expect(database.path).toBe(`postgres://iron@127.0.0.1:${server.port}/postgres`);
    await add(database);
    expect(await count(database)).toBe(before + 1);
  });

  test.each(['fast', 'immediate'] as const)(
    'in the middle of work, %s, is named, and nothing of that is left',
    async (mode) => {
      const database = await open();
      const before = await count(database);
      const writing = failure(
        database.write(function* (tx) {
          yield* addNote(tx, mode);
          return yield* rest(tx);
        }),
      );
      const reading = failure(database.read(rest));
      await someoneRests();

      await server.restart(mode);

      expect([await writing, await reading]).toMatchObject([
        { code: 'database.unreachable' },
        { code: 'database.unreachable' },
      ]);
      expect(await count(database)).toBe(before);
      await add(database);
      expect(await count(database)).toBe(before + 1);
    },
  );

  test('and is up again before anybody asks is not noticed', async () => {
    const database = await open();
    await Promise.all(Array.from({ length: 5 }, () => count(database)));
    await server.restart();
    await sleep(20); // that the connections are gone is told by the system
    expect(await count(database)).toBeGreaterThanOrEqual(0);
    await add(database);
  });
});

describe('a server that lets nobody in', () => {
  test('because it has as many connections as it takes, takes them again when others have gone', async () => {
    const database = await open(undefined, { maxConnections: MOST_CONNECTIONS });
    const others: Client[] = [];
    for (let free = true; free;) {
      const client = new Client({ connectionString: server.url });
      client.on('error', () => undefined);
      free = await client.connect().then(
        () => others.push(client) > 0,
        () => false,
      );
    }

    const refusals = (await Promise.allSettled([count(database), count(database), add(database)])).filter(
      ({ status }) => status === 'rejected',
    );
    for (const client of others) await client.end();

    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        reason: {
          code: 'database.connections_exhausted',
          hint: expect.stringMatching(
            /lower database\.max_connections here, or raise max_connections in the server/,
          ) as unknown,
        },
      });
    }
    await expect.poll(() => failure(count(database))).toBeUndefined();
  });

  test('because of the password says no more of it than that', async () => {
    const url = urlWith({ username: 'guest', password: 'secret' });
    const refusal = await failure(openPostgres(url));

    expect(refusal).toMatchObject({
      code: 'database.access_refused',
      message: `The PostgreSQL server postgres://guest@127.0.0.1:${server.port}/postgres refuses access: password authentication failed for user "guest".`,
    });
    expect(JSON.stringify(refusal)).not.toContain('secret');
  });

  test('because there is no such user, or no such database, says so', async () => {
    expect(await failure(openPostgres(urlWith({ username: 'nobody' })))).toMatchObject({
      code: 'database.access_refused',
    });
    expect(await failure(openPostgres(urlWith({ pathname: '/missing' })))).toMatchObject({
      code: 'database.missing',
      message: `There is no database at postgres://iron@127.0.0.1:${server.port}/missing.`,
      details: { path: `postgres://iron@127.0.0.1:${server.port}/missing` },
      hint: `Check the name in the URL, or have an administrator of the server run: CREATE DATABASE "missing" OWNER "iron" TEMPLATE template0 ENCODING 'UTF8';`,
    });
  });

  test('to a table refuses that one, and goes on', async () => {
    const database = await open(urlWith({ username: 'guest', password: 'guest' }));
    expect(await failure(count(database))).toMatchObject({
      code: 'database.access_refused',
      details: { problem: 'permission denied for table notes' },
    });
    expect(await database.reader.statement('SELECT 1 AS one').get()).toEqual({ one: 1 });
  });

  test('because its name is not known says so', async () => {
    const refusal = await failure(
      openPostgres(urlWith({ host: 'no.such.host.invalid:5432', search: '?sslmode=disable' })),
    );
    expect(refusal).toMatchObject({ code: 'database.unreachable' });
  });
});

test('a server that takes no changes is read, and refuses them as a file does that was opened for reading', async () => {
  const [role] = await ask(server.url, 'SELECT current_user AS name');
  const name = String(role?.['name']);
  await ask(server.url, `ALTER ROLE ${name} SET default_transaction_read_only = on`);
  const database = await open();
  await ask(server.url, `BEGIN READ WRITE; ALTER ROLE ${name} RESET default_transaction_read_only; COMMIT`);

  expect(await count(database)).toBeGreaterThanOrEqual(0);
  expect(await failure(database.write((tx) => addNote(tx, 'never')))).toMatchObject({ code: 'database.read_only' });
});

test('a pool in which nothing is free is waited for, for as long as the URL says', async () => {
  const database = await open(urlWith({ search: '?connect_timeout=1' }), { maxConnections: 1 });
  const release = Promise.withResolvers<void>();
  const holding = database.atOneMoment(() => wait(release.promise));

  expect(await failure(count(database))).toMatchObject({
    code: 'database.connections_exhausted',
    hint: 'Try again. If it stays so, raise database.max_connections here.',
    details: { problem: 'all of this process are in use' },
  });
  release.resolve();
  await holding;
  expect(await count(database)).toBeGreaterThanOrEqual(0);
});

describe('a network that hangs', () => {
  test('is waited for, for a bounded time, and the same handle works again when it is back', async () => {
    await using proxy = await startTcpProxy(urlWith({ search: '?connect_timeout=1' }));
    const database = await open(proxy.url, { giveUpAfterMs: 200 });
    await Promise.all([count(database), count(database)]);
    proxy.hang();

    const refusals = await Promise.all([
      failure(count(database)), // over a connection that there is
      failure(add(database)),
      failure(database.atOneMoment(countNotes)), // over a new one
      failure(openPostgres(proxy.url)),
    ]);
    const later = await failure(count(database));
    proxy.resume();

    for (const refusal of [...refusals, later]) {
      expect(refusal).toMatchObject({
        code: 'database.unreachable',
        details: { problem: 'it did not answer in time' },
      });
    }
    await add(database);
    expect(await count(database)).toBeGreaterThan(0);
  });

  test('in the middle of work fails it after a bounded time, and what is left in the server is ended', async () => {
    await using proxy = await startTcpProxy(urlWith({ search: '?connect_timeout=1' }));
    const database = await open(proxy.url, { giveUpAfterMs: 200 });
    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'hanging');
      proxy.hang();
      yield* countNotes(tx);
    });

    expect(await failure(writing)).toMatchObject({ code: 'database.unreachable' });

    // Nobody else is kept waiting by what the server cannot know to be over.
    const other = await open();
    await add(other);
    expect(await ask(server.url, "SELECT 1 FROM notes WHERE text = 'hanging'")).toEqual([]);
    proxy.resume();
    await add(database);
  });

  test('does not keep what the work itself threw from being told', async () => {
    await using proxy = await startTcpProxy(urlWith({ search: '?connect_timeout=1' }));
    const database = await open(proxy.url, { giveUpAfterMs: 200 });
    const writing = database.write(function* (tx) {
      yield* addNote(tx, 'hanging');
      proxy.hang();
      throw new RangeError('too much');
    });

    expect(await failure(writing)).toEqual(new RangeError('too much'));
    proxy.resume();
    expect(await ask(server.url, "SELECT 1 FROM notes WHERE text = 'hanging'")).toEqual([]);
  });

  test('does not keep a handle from being closed', async () => {
    await using proxy = await startTcpProxy(server.url);
    const database = await openPostgres(proxy.url);
    await Promise.all([count(database), count(database)]);
    proxy.hang();
    expect(proxy.connections).toBeGreaterThan(0);
    await database.close();
    proxy.resume();
    await expect.poll(() => proxy.connections).toBe(0);
  });
});
