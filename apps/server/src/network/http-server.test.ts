import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { readJsonBody } from '../http/read-body.ts';
import { listening } from './http-server.fixture.ts';
import { connectRaw, readAnswer } from './raw-client.fixture.ts';

const hello = async () => new Response('hello', { headers: { 'content-type': 'text/plain' } });
/** More than the buffers of a connection take. */
const LENGTH = 30_000_000;
const manyPieces = async () => {
  let left = LENGTH / 10_000;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (left-- > 0) controller.enqueue(new Uint8Array(10_000).fill(0x78));
    else controller.close();
  };
  return new Response(new ReadableStream({ pull }));
};
const echo = async (request: Request) => new Response(await request.text());
const slow = async () => {
  await sleep(200);
  return await hello();
};
/** Reads no more than ten bytes. */
const readTen = async (request: Request) => {
  try {
    const header = (name: string) => request.headers.get(name) ?? undefined;
    await readJsonBody({ header, arrayBuffer: () => request.arrayBuffer(), raw: request }, 10);
    return new Response('read');
  } catch {
    return new Response('too large', { status: 413 });
  }
};
const GET = 'GET / HTTP/1.1\r\nHost: iron\r\n\r\n';

describe('a request', () => {
  test('is answered, and the connection is there for the next one', async () => {
    await using server = await listening(hello);
    using client = await connectRaw(server.url);
    client.send(GET);
    await vi.waitFor(() => expect(client.received()).toMatch(/Connection: keep-alive\r\n.*hello$/s));
    client.send(GET);
    await vi.waitFor(() => expect(client.received().match(/hello/g)).toHaveLength(2));
    expect(client.socket.readyState).toBe('open');
  });

  test('that expects what nobody knows is answered as any other', async () => {
    await using server = await listening(hello);
    using client = await connectRaw(server.url);
    client.send('GET / HTTP/1.1\r\nHost: iron\r\nExpect: wonders\r\n\r\n');
    await vi.waitFor(() => expect(client.received()).toMatch(/^HTTP\/1\.1 200 .*hello$/s));
  });

  test.each([
    ['is no HTTP', 'who is there?\r\n\r\n', 400, 'http.malformed_request'],
    ['names no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'http.malformed_request'],
    ['names a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'http.malformed_request'],
    ['names two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'http.malformed_request'],
    [
      'has a body that is coded twice',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      400,
      'http.malformed_request',
    ],
    [
      'has two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'http.malformed_request',
    ],
    [
      'has headers without an end',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`,
      431,
      'http.headers_too_large',
    ],
  ])('that %s is a problem like any other', async (_, request, status, code) => {
    await using server = await listening(hello);
    using client = await connectRaw(server.url);
    client.send(request);
    await vi.waitFor(() => expect(client.received()).toContain('requestId'));
    const answer = readAnswer(client.received());
    expect(answer).toMatchObject({ status, problem: { code, status } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(server.refused).toEqual([code]);
  });

  test('that cannot be read says so after no other answer: nobody would know which was refused', async () => {
    const answered = Promise.withResolvers<Response>();
    await using server = await listening(async () => await answered.promise);
    using client = await connectRaw(server.url);
    client.send(`${GET}nonsense\r\n\r\n`);
    await sleep(20);
    answered.resolve(await hello());
    expect(await client.ended).toMatch(/^HTTP\/1\.1 200 .*Connection: close\r\n.*hello$/s);
  });
});

describe('a client that takes its time', () => {
  test('before it sends anything is told so, and dropped', async () => {
    await using server = await listening(hello, { headersMs: 50, requestMs: 50 });
    using client = await connectRaw(server.url);
    expect(readAnswer(await client.ended)).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
  });

  test('with its headers is told so, and dropped', async () => {
    await using server = await listening(hello, { headersMs: 50, requestMs: 50 });
    using client = await connectRaw(server.url);
    client.send('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const answer = readAnswer(await client.ended);
    expect(answer).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('with its body is told so, and dropped', async () => {
    await using server = await listening(echo, { headersMs: 50, requestMs: 50 });
    using client = await connectRaw(server.url);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    expect(readAnswer(await client.ended)).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
  });

  test('until the next request is dropped without a word', async () => {
    await using server = await listening(hello, { keepAliveMs: 30 });
    using client = await connectRaw(server.url);
    client.send(GET);
    expect(await client.ended).toMatch(/hello$/);
    expect(server.refused).toEqual([]);
  });

  test('to read its answer is dropped', async () => {
    await using server = await listening(manyPieces, { answer: { periodMs: 60, leastBytes: 1_000_000 } });
    using client = await connectRaw(server.url);
    client.socket.pause();
    client.send(GET);
    await sleep(300);
    client.socket.resume();
    expect((await client.ended).length).toBeLessThan(LENGTH);
  });

  test('but reads on is not', async () => {
    await using server = await listening(manyPieces, { answer: { periodMs: 60, leastBytes: 1_000 } });
    using client = await connectRaw(server.url);
    client.send(GET);
    for (let time = 0; time < 15; time += 1) {
      await once(client.socket, 'data');
      client.socket.pause();
      await sleep(20);
      client.socket.resume();
    }
    await vi.waitFor(() => expect(client.received().length).toBeGreaterThan(LENGTH), 10_000);
  });

  test('to read what was written at once has as long as its slowest reader would take', async () => {
    const atOnce = async () => new Response('x'.repeat(LENGTH));
    await using server = await listening(atOnce, { answer: { periodMs: 60, leastBytes: LENGTH / 10 } });
    using client = await connectRaw(server.url);
    client.socket.pause();
    client.send(GET);
    await sleep(300);
    client.socket.resume();
    await vi.waitFor(() => expect(client.received().length).toBeGreaterThan(LENGTH));
  });

  test('for work that takes long is not', async () => {
    await using server = await listening(slow, {
      headersMs: 50,
      requestMs: 50,
      answer: { periodMs: 50, leastBytes: 1 },
    });
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });
});

describe('a body that is too large', () => {
  test('is answered at once where its length is said, and is not read', async () => {
    await using server = await listening(readTen);
    using client = await connectRaw(server.url);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n');
    expect(await client.ended).toMatch(/^HTTP\/1\.1 413 .*\r\nConnection: close\r\n.*too large$/s);
  });

  test('is answered as soon as it is, and not read to its end', async () => {
    await using server = await listening(readTen);
    using client = await connectRaw(server.url);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const pump = setInterval(() => client.send(chunk.repeat(10)), 1);
    expect(await client.ended).toMatch(/^HTTP\/1\.1 413 .*too large$/s);
    clearInterval(pump);
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(20_000_000);
  });

  test('is answered to a client that sends all of it first', async () => {
    await using server = await listening(readTen);
    const answer = await fetch(server.url, { method: 'POST', body: 'x'.repeat(3_000_000) });
    expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
  });
});
