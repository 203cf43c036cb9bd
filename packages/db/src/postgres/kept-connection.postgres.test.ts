import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresServer, startPostgres, startTcpProxy } from '@iron/test-postgres';
import { startProgram } from '@iron/test-program';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { migratedDatabase } from './backup/backed-up.fixture.ts';
import { resetPostgresDatabase } from './lifecycle/reset-postgres-database.ts';
import { ask, countNotes, NOTES, notesDatabase, openPostgres } from './notes.fixture.ts';
import type { PostgresDatabase } from './postgres-database.ts';
import { postgresDatabaseStatus } from './verify/postgres-database-status.ts';

/** Longer than a connection that is not the last one stays without use. */
const LEFT_ALONE_MS = 11_000;
const timeout = 60_000;
const SOON = { timeout: 20_000, interval: 50 };

async function opened(url: string): Promise<PostgresDatabase> {
  const database = await openPostgres(url);
  onTestFinished(() => database.close());
  return database;
}

const ONE = 'SELECT 1 AS one';
const CONNECTED = `
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'iron' AND pid <> pg_backend_pid()`;

describe('an open database of a server', () => {
  test('that nobody used, or five at once, and then left alone is not reset', { timeout }, async () => {
    const used = await Promise.all(
      [0, 5].map(async (readers) => {
        const reset = await migratedDatabase();
        const database = await opened(reset.url);
        await Promise.all(Array.from({ length: readers }, () => database.reader.statement(ONE).get()));
        return reset;
      }),
    );
    await sleep(LEFT_ALONE_MS);

    for (const { location, folder } of used) {
      expect((await postgresDatabaseStatus(location)).holders).toHaveLength(1);
      const refused = await refusalOf(resetPostgresDatabase({ location, folder, seed: false, environment: 'test' }));
      expect(refused.code).toBe('database.in_use');
    }
  });

  test('is seen again after its connection was ended, before anything is asked of it', { timeout }, async () => {
    const notes = await notesDatabase();
    await notes.open();
    const [before] = await notes.administer(CONNECTED);

    await notes.administer(`SELECT pg_terminate_backend(${Number(before?.['pid'])}, 5000)`);

    expect(before).toBeDefined();
    const isBack = async () => (await notes.administer(CONNECTED)).filter(({ pid }) => pid !== before?.['pid']);
    await expect.poll(isBack, SOON).toHaveLength(1);
  });

  test('can be closed while the network swallows its attempts to come back', { timeout }, async () => {
    const notes = await notesDatabase();
    await using proxy = await startTcpProxy(notes.url);
    const database = await openPostgres(`${proxy.url}?connect_timeout=300`);
    proxy.hang();
    proxy.cut();
    await expect.poll(() => proxy.connections, SOON).toBe(0);
    await expect.poll(() => proxy.connections, SOON).toBe(1);

    await database.close();
  });

  test('that a process has not closed keeps it from ending no longer than its work', { timeout }, async () => {
    const notes = await notesDatabase();
    await using program = startProgram(new URL('./open-program.fixture.ts', import.meta.url), notes.url);

    expect(await program.nextLine()).toBe('0 notes');
    expect(await program.ended).toBe(0);
  });
});

describe('a server that was stopped and started', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await ask(server.url, NOTES);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('sees who has its database open, before anything is asked of them', { timeout }, async () => {
    const database = await opened(server.url);
    await Promise.all([database.read(countNotes), database.read(countNotes)]);

    await server.stop();
    await sleep(5_000); // in which it is looked for in vain
    await server.start();

    await expect.poll(async () => (await ask(server.url, CONNECTED)).length, SOON).toBe(1);
    expect(await database.read(countNotes)).toBe(0);
  });
});
