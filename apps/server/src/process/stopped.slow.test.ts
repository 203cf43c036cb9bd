import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRaw, type RawClient, readAnswer } from '../network/raw-client.fixture.ts';
import { lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { databaseToServe, type ServedDatabase } from './served-database.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';
import { workingClients } from './working-clients.fixture.ts';

let database: ServedDatabase;
beforeAll(async () => {
  database = await databaseToServe();
});
afterAll(async () => await database[Symbol.asyncDispose]());

/** A request that makes a token of this name. */
function creation(name: string): string {
  const body = JSON.stringify({ name });
  const head = [
    'POST /api/tokens HTTP/1.1',
    'Host: iron',
    `Authorization: Bearer ${database.admin}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

async function connectSome({ url }: ServerProcess, count: number): Promise<RawClient[]> {
  return await Promise.all(Array.from({ length: count }, () => connectRaw(url)));
}

async function isTaken({ url }: ServerProcess): Promise<boolean> {
  try {
    using _client = await connectRaw(url);
    return true;
  } catch {
    return false;
  }
}

/** A client in the middle of its body, which the server waits for. */
async function connectSlowly({ url }: ServerProcess, name: string): Promise<RawClient & { finish(): void }> {
  const client = await connectRaw(url);
  const whole = creation(name);
  client.send(whole.slice(0, -1));
  await sleep(100);
  return { ...client, finish: () => client.send(whole.slice(-1)) };
}

describe('a server that is told to end', () => {
  test('answers all that was sent before, over connections that it knows and those that it has not taken yet', async () => {
    await using server = await startServer(database.url);
    const known = await connectSome(server, 10);
    const [busy] = known;
    busy?.send(creation('first'));
    await expect.poll(() => busy?.received()).toContain('201');

    server.signal('SIGSTOP');
    const fresh = await connectSome(server, 20);
    const clients = [...known, ...fresh];
    for (const [index, client] of clients.entries()) client.send(creation(`last ${index}`));
    server.signal('SIGTERM');
    server.signal('SIGCONT');

    const answers = await Promise.all(clients.map(({ ended }) => ended));
    const last = answers.map((answer) => answer.slice(answer.lastIndexOf('HTTP/1.1')));
    expect(last.filter((answer) => !/^HTTP\/1\.1 201 .*\}$/s.test(answer))).toEqual([]);
    expect(await server.ended).toBe(0);
    expect(existsSync(`${database.path}-wal`)).toBe(false);
    const names = await database.tokenNames();
    expect(names.filter((name) => name.startsWith('last '))).toHaveLength(clients.length);
  });

  test('with many things to do has done all that it has answered, once, and nothing that it has refused', async () => {
    await using server = await startServer(database.url);
    const { wishes, work } = workingClients(database.admin);
    const working = work(server.url, 16);
    await expect.poll(() => wishes.filter(({ answers }) => answers.length > 0).length).toBeGreaterThan(50);
    const pause = Math.random() * 200;
    await sleep(pause);

    server.signal('SIGINT');
    await working;

    expect(await server.ended).toBe(0);
    expect(existsSync(`${database.path}-wal`)).toBe(false);
    const findings = await database.open(async (opened) => await lookInto(opened, wishes));
    expect({ pause, ...findings }).toEqual({ pause, ...NOTHING_WRONG });
    const statuses = new Set(wishes.flatMap(({ answers }) => answers.map(({ status }) => status)));
    expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
  });

  test('takes no new connections, closes those that wait, and waits for bodies no longer than at other times', async () => {
    await using server = await startServer(database.url, { requestMs: 2_000, headersMs: 1_000 });
    const [idle] = await connectSome(server, 1);
    const slow = await connectSlowly(server, 'slow');
    const tooSlow = await connectSlowly(server, 'too slow');
    tooSlow.socket.pause(); // nor does it see that nothing more comes

    server.signal('SIGTERM');
    expect(await idle?.ended).toBe('');
    await expect(connectRaw(server.url)).rejects.toThrow('ECONNREFUSED');
    slow.finish();

    expect(await slow.ended).toMatch(/^HTTP\/1\.1 201 .*\r\nConnection: close\r\n.*\}$/s);
    expect(await server.ended).toBe(0);
    tooSlow.socket.resume();
    expect(readAnswer(await tooSlow.ended)).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
    expect(await database.tokenNames()).toEqual(expect.arrayContaining(['slow']));
    expect(await database.tokenNames()).not.toContain('too slow');
  });

  test('and is told again ends at once, and says that it was not in order', async () => {
    await using server = await startServer(database.url);
    const slow = await connectSlowly(server, 'cut off');
    server.signal('SIGTERM');
    await expect.poll(() => isTaken(server)).toBe(false);
    await sleep(300); // it could be the same signal, which pnpm has passed on

    server.signal('SIGINT');

    expect(await server.ended).toBeNull();
    expect(await slow.ended).toBe('');
    expect(await database.tokenNames()).not.toContain('cut off');
  });
});
