import { setTimeout as sleep } from 'node:timers/promises';
import { wait, type Work, type Writer } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectRaw, type RawClient, readAnswer } from '../network/raw-client.fixture.ts';
import { databaseToServe, type ServedDatabase } from './served-database.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';

const MEGABYTE = 1_000_000;
/** Their export is some twenty megabytes, which no connection keeps in its buffers. */
const ROWS = 30_000;
const READERS = 20;

let database: ServedDatabase;
let server: ServerProcess;
let memoryAtFirst: number;
let bystander: { end(): Promise<Set<number>> };

beforeAll(async () => {
  database = await databaseToServe();
  await database.open(async (opened) => await opened.write(insertRows));
  const answer = { periodMs: 1_500, leastBytes: MEGABYTE };
  server = await startServer(database.url, { headersMs: 1_500, requestMs: 2_500, answer });
  await ask();
  memoryAtFirst = await server.memory();
  bystander = askAllTheTime();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const INSERT = `
  WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < ${ROWS})
  INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, request_id, recorded_at)
  SELECT 1, 'p', '${'m'.repeat(200)}', 1, 1, 2, number || '-${'r'.repeat(190)}', CAST(? AS bigint) + number FROM series`;

function* insertRows(tx: Writer): Work<void> {
  yield* wait(tx.statement<[number]>(INSERT).run(Date.now() - ROWS));
}

async function ask(): Promise<number> {
  const headers = { authorization: `Bearer ${database.admin}` };
  const answer = await fetch(`${server.url}/api/tokens/usage`, { headers });
  await answer.text();
  return answer.status;
}

/** Somebody else, who asks again and again. */
function askAllTheTime(): typeof bystander {
  const statuses = new Set<number>();
  const state = { isOver: false };
  const asking = (async () => {
    for (; !state.isOver; await sleep(20)) statuses.add(await ask());
  })();
  return {
    async end() {
      state.isOver = true;
      await asking;
      return statuses;
    },
  };
}

async function metrics(): Promise<string> {
  return await (await fetch(`${server.url}/metrics`)).text();
}

/** What stands before the body. */
function head(line: string, ...more: readonly string[]): string {
  const headers = ['Host: iron', `Authorization: Bearer ${database.admin}`, 'Content-Type: application/json', ...more];
  return [line, ...headers, '', ''].join('\r\n');
}

const creation = (...more: readonly string[]) => head('POST /api/tokens HTTP/1.1', ...more);
const exportation = () => head('GET /api/usage/export?format=csv HTTP/1.1');

/** Sends more and more of it, until the server has ended the connection. */
async function keepSending(client: RawClient, more: string, everyMs: number): Promise<ReturnType<typeof readAnswer>> {
  const timer = setInterval(() => client.send(more), everyMs);
  const text = await client.ended;
  clearInterval(timer);
  return readAnswer(text);
}

async function connectSome(count: number): Promise<RawClient[]> {
  return await Promise.all(Array.from({ length: count }, () => connectRaw(server.url)));
}

describe.concurrent('a client', () => {
  test.for([
    ['headers', () => creation().slice(0, -2)],
    ['body', () => creation('Content-Length: 90000')],
  ] as const)('that sends its %s byte by byte is told that its time is over', async ([, begin]) => {
    const client = await connectRaw(server.url);
    client.send(begin());
    const answer = await keepSending(client, 'x', 200);
    expect(answer).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
  });

  test('whose body has no end is told as soon as it is too long, and no more of it is read', async () => {
    const client = await connectRaw(server.url);
    client.send(creation('Transfer-Encoding: chunked'));
    const answer = await keepSending(client, `10000\r\n${' '.repeat(0x1_00_00)}\r\n`, 2);
    expect(answer).toMatchObject({ status: 413, problem: { code: 'http.body_too_large' } });
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(20 * MEGABYTE);
  });

  test('whose body is announced to be too long is told at once', async () => {
    const client = await connectRaw(server.url);
    client.send(creation('Content-Length: 1000000000'));
    expect(readAnswer(await client.ended)).toMatchObject({ status: 413, problem: { code: 'http.body_too_large' } });
  });

  test('that does not read what it has asked for is dropped, and until then nothing is read for it from the database', async () => {
    const readers = await connectSome(READERS);
    for (const reader of readers) {
      reader.socket.pause();
      reader.send(exportation());
    }
    await sleep(1_000);
    expect((await server.memory()) - memoryAtFirst).toBeLessThan(READERS * MEGABYTE);
    const ports = new Set(readers.map(({ socket }) => socket.localPort));
    const connected = async () => (await server.clientPorts()).filter((port) => ports.has(port));
    await vi.waitFor(async () => expect(await connected()).toEqual([]), { timeout: 60_000, interval: 200 });
    for (const { socket } of readers) socket.resume();
    const lengths = await Promise.all(readers.map(async ({ ended }) => (await ended).length));
    expect(Math.max(...lengths)).toBeLessThan(ROWS * 400);
  });

  test('that goes away in the midst of its request or of its answer is of no consequence', async () => {
    const clients = await connectSome(50);
    for (const [index, client] of clients.entries()) {
      client.send(index % 2 === 0 ? exportation() : creation('Content-Length: 9000'));
    }
    await sleep(200);
    for (const { socket } of clients) socket.resetAndDestroy();
    expect(await ask()).toBe(200);
  });
});

test('while all of that went on, others were answered, nothing failed, and nothing is left of it', async () => {
  expect(await bystander.end()).toEqual(new Set([200]));
  expect((await metrics()).match(/status="5\d\d".*/g)).toBeNull();
  await expect.poll(async () => (await server.memory()) - memoryAtFirst).toBeLessThan(5 * MEGABYTE);
  server.signal('SIGTERM');
  expect(await server.ended).toBe(0);
});
