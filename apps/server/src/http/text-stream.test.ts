import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { describe, expect, test } from 'vitest';
import { streamAnswer } from './text-stream.ts';

const PIECE = 'x'.repeat(65_536);
/** More than the buffers of a connection hold. */
const MOST_UNDER_WAY = 500;

/** How far the making of an answer has come. */
interface Making {
  made: number;
  isOver: boolean;
}

async function* endless(making: Making): AsyncGenerator<string, void, undefined> {
  try {
    for (;;) {
      making.made += 1;
      yield PIECE;
    }
  } finally {
    making.isOver = true;
  }
}

async function* thatFails(): AsyncGenerator<string, void, undefined> {
  yield 'one\n';
  yield 'two\n';
  throw new Error('the disk is gone');
}

/** A server that answers everything with these pieces, and what it could not make. */
async function serving(pieces: () => AsyncIterable<string>) {
  const failures: unknown[] = [];
  const server = createAdaptorServer({
    fetch: (_, { outgoing }) =>
      streamAnswer(
        { mediaType: 'text/csv; charset=utf-8', fileName: 'all.csv', pieces: pieces() },
        { headers: {}, breakOff: () => void outgoing.destroy(), onFailure: (error) => failures.push(error) },
      ),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const ask = async (): Promise<IncomingMessage> => {
    const port = typeof address === 'object' ? address?.port : undefined;
    return await new Promise((resolve, reject) => get({ port, host: '127.0.0.1' }, resolve).once('error', reject));
  };
  return {
    failures,
    ask,
    [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))),
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

describe('an answer in pieces', () => {
  test('comes whole, as a file of its name', async () => {
    await using server = await serving(async function* () {
      yield 'a,b\r\n';
      yield '';
      yield '1,€\r\n';
    });

    const answer = await server.ask();

    expect(await text(answer)).toBe('a,b\r\n1,€\r\n');
    expect(answer.complete).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="all.csv"',
    });
  });

  test('is made no faster than the client takes it, and no further once the client has gone', async () => {
    const making = { made: 0, isOver: false };
    await using server = await serving(() => endless(making));

    const answer = await server.ask();
    answer.pause();
    await wait(100);
    expect(making.isOver).toBe(false);
    expect(making.made).toBeLessThan(MOST_UNDER_WAY);

    answer.destroy();
    await until(() => making.isOver);
    expect(making.made).toBeLessThan(MOST_UNDER_WAY);
    expect(server.failures).toEqual([]);
  });

  test('is broken off where it cannot be made, so that nobody takes what came for all of it', async () => {
    await using server = await serving(thatFails);

    const answer = await server.ask();

    await expect(text(answer)).rejects.toThrow('aborted');
    expect(answer.complete).toBe(false);
    expect(server.failures).toEqual([new Error('the disk is gone')]);
  });

  test('fails with the reason itself for who reads it inside the process', async () => {
    const failures: unknown[] = [];
    const answer = streamAnswer(
      { mediaType: 'text/plain', fileName: 'all.txt', pieces: thatFails() },
      { headers: {}, breakOff: null, onFailure: (error) => failures.push(error) },
    );

    await expect(answer.text()).rejects.toThrow('the disk is gone');
    expect(failures).toHaveLength(1);
  });

  test('that nobody reads is not begun', async () => {
    const making = { made: 0, isOver: false };
    streamAnswer(
      { mediaType: 'text/plain', fileName: 'all.txt', pieces: endless(making) },
      { headers: {}, breakOff: null, onFailure: () => undefined },
    );

    await wait(10);
    expect(making.made).toBe(0);
  });
});
