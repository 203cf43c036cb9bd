import { mkdtempDisposableSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteDatabase } from '@iron/db';
import { describe, expect, test, vi } from 'vitest';
import { type Findings, lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { databaseToServe, type ServedDatabase } from './served-database.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';
import { type Wish, workingClients } from './working-clients.fixture.ts';

/** So many that this must be the state of things, and no coincidence. */
const MANY = 30;
/** That of `ulimit -f`. */
const BLOCK_BYTES = 512;
/** More than a pipe holds of lines of a log. */
const MORE_THAN_A_PIPE = 500;

async function find(database: ServedDatabase, wishes: readonly Wish[]): Promise<Findings> {
  return await database.open(async (opened) => await lookInto(opened, wishes));
}

async function read({ url }: ServerProcess, { admin }: ServedDatabase): Promise<number> {
  const answer = await fetch(`${url}/api/tokens?limit=1`, { headers: { authorization: `Bearer ${admin}` } });
  await answer.text();
  return answer.status;
}

/** What was asked for and was never answered in another way. */
function refused(wishes: readonly Wish[]): Wish[] {
  return wishes.filter(({ answers }) => answers.length > 0 && answers.every(({ status }) => status === 503));
}

function lastCodesOf(wishes: readonly Wish[]): Set<string | undefined> {
  return new Set(wishes.map(({ answers }) => /"code":"([^"]*)"/.exec(answers.at(-1)?.body ?? '')?.[1]));
}

describe.concurrent('a server', () => {
  test('whose database another process has locked says so to who writes, answers who reads, and goes on when it is free', async () => {
    await using database = await databaseToServe();
    await using server = await startServer(database.url);
    const { wishes, work, repeat } = workingClients(database.admin);
    const state = { isOver: false };
    const working = work(server.url, 8, () => state.isOver);
    await vi.waitFor(() => expect(wishes.length).toBeGreaterThan(MANY), { timeout: 30_000 });

    const reads = new Set<number>();
    {
      using other = await openSqliteDatabase(database.url);
      other.connection.exec('BEGIN IMMEDIATE');
      for (; refused(wishes).length === 0; await sleep(50)) reads.add(await read(server, database));
      other.connection.exec('ROLLBACK');
    }
    const before = wishes.length;
    await vi.waitFor(() => expect(wishes.length - before).toBeGreaterThan(MANY), { timeout: 30_000 });
    state.isOver = true;
    await working;

    const missed = refused(wishes);
    expect(lastCodesOf(missed)).toEqual(new Set(['database.busy']));
    expect(reads).toEqual(new Set([200]));
    for (const wish of missed) expect((await repeat(server.url, wish)).status).toBeLessThan(300);
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(await find(database, wishes)).toEqual(NOTHING_WRONG);
  });

  test('whose disk is full, also for its log, says so, loses nothing, ends in order, and goes on where there is room', async () => {
    await using database = await databaseToServe();
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-full-'));
    const log = join(folder.path, 'log');
    const blocks = Math.ceil(statSync(database.path).size / BLOCK_BYTES) + 200;
    writeFileSync(log, ' '.repeat((blocks - 1) * BLOCK_BYTES));
    const within = `trap '' XFSZ; ulimit -f ${blocks}; exec 2>>'${log}'`;
    const { wishes, work, repeat } = workingClients(database.admin);
    {
      await using server = await startServer(database.url, { within, logLevel: 'info' });
      await work(server.url, 2, () => refused(wishes.slice(-MANY)).length > MANY - 2);
      expect(await read(server, database)).toBe(200);
      server.signal('SIGTERM');
      expect(await server.ended).toBe(0);
    }
    const missed = refused(wishes);
    expect(missed.length).toBeLessThan(wishes.length);
    expect(['database.io_failed', 'database.disk_full']).toEqual(expect.arrayContaining([...lastCodesOf(missed)]));
    expect(await find(database, wishes)).toEqual(NOTHING_WRONG);

    await using server = await startServer(database.url);
    for (const wish of missed) await repeat(server.url, wish);
    expect(missed.filter(({ answers }) => (answers.at(-1)?.status ?? 0) >= 300)).toEqual([]);
    expect(await find(database, wishes)).toEqual(NOTHING_WRONG);
  });

  test('whose log nobody reads answers and ends all the same', async () => {
    await using database = await databaseToServe();
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-log-'));
    const log = join(folder.path, 'log');
    const within = `mkfifo '${log}'; exec 2<>'${log}'`; // it is open for reading, too, which nobody does
    await using server = await startServer(database.url, { within, logLevel: 'info' });
    for (let lines = 0; lines < MORE_THAN_A_PIPE; lines += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => read(server, database)));
      expect(new Set(answers)).toEqual(new Set([200]));
    }
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});
