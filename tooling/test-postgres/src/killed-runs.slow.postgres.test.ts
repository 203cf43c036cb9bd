import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer, cloneDatabase, dropLeftDatabases, serverOfTests } from '@iron/test-clones';
import { expect, test } from 'vitest';
import { removeLeftServers } from './postgres-server.ts';
import { startWaiting } from './waiting-program.fixture.ts';

const SERVER = new URL('./server-program.fixture.ts', import.meta.url);
const CLONE = new URL('./clone-program.fixture.ts', import.meta.url);

const answers = (url = '') =>
  administer(url, (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  );

const databases = () =>
  administer(serverOfTests(), async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    return rows.map((row) => row.datname);
  });

test('a run that is killed takes its server along', async () => {
  await using run = await startWaiting(SERVER);
  const [url, directory = ''] = run.words;
  expect(await answers(url)).toBe(true);

  await run.kill();
  while (existsSync(directory)) await sleep(10);

  expect(await answers(url)).toBe(false);
});

test('what a run leaves that is killed with its watchdog is removed by the next, and what still runs stays', async () => {
  await using run = await startWaiting(SERVER);
  await using other = await startWaiting(SERVER);
  const [leftUrl, leftDirectory = '', watchdogPid] = run.words;
  const [usedUrl, usedDirectory = ''] = other.words;
  process.kill(Number(watchdogPid), 'SIGKILL');
  await run.kill();
  expect(await answers(leftUrl)).toBe(true);

  await removeLeftServers();

  expect([existsSync(leftDirectory), existsSync(usedDirectory)]).toEqual([false, true]);
  expect([await answers(leftUrl), await answers(usedUrl)]).toEqual([false, true]);
});

test('of processes that want the same database at once, one builds it', async () => {
  const key = `race_${process.pid}`;
  const runs = await Promise.all(Array.from({ length: 3 }, () => startWaiting(CLONE, key)));
  for (const run of runs) await run.kill();

  expect(runs.filter((run) => run.words[1] === 'built')).toHaveLength(1);
  expect(new Set(runs.map((run) => run.words[0])).size).toBe(3);
});

test('databases that a killed run has left are dropped by the next, and no others', async () => {
  await using killed = await startWaiting(CLONE, 'left_databases');
  await using alive = await startWaiting(CLONE, 'left_databases');
  await using own = await cloneDatabase({ key: 'left_databases', build: async () => {} });
  const [left = ''] = killed.words;
  const [used = ''] = alive.words;
  const foreign = left.replace(/iron_test_[0-9a-f]{8}/, 'iron_test_00000000');
  const similar = `${left}_of_mine`;
  await administer(serverOfTests(), async (client) => {
    await client.query(`CREATE DATABASE ${foreign}`);
    await client.query(`CREATE DATABASE ${similar}`);
  });
  await killed.kill();

  await dropLeftDatabases(serverOfTests());

  expect(await databases()).toEqual(expect.arrayContaining([own.name, used, foreign, similar]));
  expect(await databases()).not.toContain(left);
  await administer(serverOfTests(), async (client) => {
    for (const name of [foreign, similar, used]) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
});
