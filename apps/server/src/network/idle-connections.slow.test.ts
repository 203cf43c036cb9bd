import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { databaseToServe } from '../process/served-database.fixture.ts';
import { startServer } from '../process/server-process.fixture.ts';

const IDLE_CLIENTS = new URL('./idle-clients-program.fixture.ts', import.meta.url);
const MOST = 10_000;
const MEGABYTE = 1_000_000;
const PATIENCE_MS = 8_000;
/** All of them, unless the machine is busy with something else. */
const CONNECTING_MS = PATIENCE_MS / 2;

test('ten thousand connections over which nothing comes keep nobody else waiting, and are closed, and nothing is left of them', async () => {
  await using database = await databaseToServe();
  await using server = await startServer(database.url, {
    headersMs: PATIENCE_MS,
    requestMs: PATIENCE_MS,
    keepAliveMs: PATIENCE_MS,
  });
  const create = async () => {
    const headers = { authorization: `Bearer ${database.admin}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/tokens`, { method: 'POST', headers, body: '{}' });
    await answer.text();
    return answer.status;
  };
  const connected = async () => (await server.clientPorts()).length;
  await create();
  const memoryAtFirst = await server.memory();

  await using clients = startProgram(IDLE_CLIENTS, server.url, String(MOST), String(CONNECTING_MS));
  const count = Number(await clients.nextLine());
  await expect.poll(connected).toBeGreaterThanOrEqual(count);
  for (let time = 0; time < 10; time += 1) expect(await create()).toBe(201);
  expect((await server.memory()) - memoryAtFirst).toBeLessThan(10_000 * count);

  const told = Number(await clients.nextLine());
  expect(told).toBe(count * 0.9); // every tenth had asked for something before
  await expect.poll(connected).toBeLessThan(10);
  await expect.poll(async () => (await server.memory()) - memoryAtFirst).toBeLessThan(10 * MEGABYTE);
  expect(await create()).toBe(201);
});
