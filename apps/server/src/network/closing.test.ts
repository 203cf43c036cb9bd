import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { listening } from './http-server.fixture.ts';
import { connectRaw, readAnswer } from './raw-client.fixture.ts';

const hello = async () => new Response('hello', { headers: { 'content-type': 'text/plain' } });
const GET = 'GET / HTTP/1.1\r\nHost: iron\r\n\r\n';

describe('closing', () => {
  test('takes no more connections, and closes those that wait for a request', async () => {
    await using server = await listening(hello);
    using fresh = await connectRaw(server.url);
    using half = await connectRaw(server.url);
    half.send('GET / HTTP/1.1\r\n');
    using idle = await connectRaw(server.url);
    idle.send(GET);
    await vi.waitFor(() => expect(idle.received()).toContain('hello'));

    await server.server.close();

    expect(await Promise.all([fresh.ended, half.ended])).toEqual(['', '']);
    expect(await idle.ended).toMatch(/hello$/);
    await expect(connectRaw(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  test('lets what is being worked on be answered, says that it is the last answer, and takes none after it', async () => {
    const answered = Promise.withResolvers<Response>();
    const begun = Promise.withResolvers<void>();
    await using server = await listening(async () => {
      begun.resolve();
      return await answered.promise;
    });
    using client = await connectRaw(server.url);
    client.send(GET);
    await begun.promise;

    const closed = server.server.close();
    expect(server.server.isClosing).toBe(true);
    await sleep(20);
    client.send(GET);
    await sleep(20);
    answered.resolve(await hello());
    await closed;

    expect(await client.ended).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*hello$/s);
    expect((await client.ended).match(/HTTP/g)).toHaveLength(1);
  });

  test('answers all that was asked over one connection before, and says so with the last answer', async () => {
    const answered = Promise.withResolvers<Response>();
    let asked = 0;
    await using server = await listening(async () => {
      asked += 1;
      return asked === 1 ? await answered.promise : await hello();
    });
    using client = await connectRaw(server.url);
    client.send(GET + GET + GET);
    const closed = server.server.close();
    await vi.waitFor(() => expect(asked).toBe(1));
    await sleep(20);
    answered.resolve(await hello());
    await closed;

    const text = await client.ended;
    expect(text.match(/hello/g)).toHaveLength(3);
    expect(text.match(/Connection: [\w-]+/g)?.at(-1)).toBe('Connection: close');
  });

  test('waits for the rest of a body no longer than at other times', async () => {
    const begun = Promise.withResolvers<void>();
    const read = async (request: Request) => {
      begun.resolve();
      return new Response(await request.text());
    };
    await using server = await listening(read, { headersMs: 100, requestMs: 100 });
    using client = await connectRaw(server.url);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await begun.promise;

    await server.server.close();

    expect(readAnswer(await client.ended)).toMatchObject({ status: 408, problem: { code: 'http.request_timeout' } });
  });

  test('lets an answer that is being sent come to its end', async () => {
    const gate = Promise.withResolvers<void>();
    const body = async function* () {
      yield new TextEncoder().encode('first ');
      await gate.promise;
      yield new TextEncoder().encode('last');
    };
    await using server = await listening(async () => new Response(ReadableStream.from(body())));
    using client = await connectRaw(server.url);
    client.send(GET);
    await vi.waitFor(() => expect(client.received()).toContain('first'));

    const closed = server.server.close();
    gate.resolve();
    await closed;

    expect(await client.ended).toMatch(/first .*last\r\n0\r\n\r\n$/s);
  });

  test('waits for work whose client has gone away', async () => {
    const answered = Promise.withResolvers<Response>();
    const begun = Promise.withResolvers<void>();
    await using server = await listening(async () => {
      begun.resolve();
      return await answered.promise;
    });
    using client = await connectRaw(server.url);
    client.send(GET);
    await begun.promise;
    client.socket.destroy();
    await once(client.socket, 'close');

    let isClosed = false;
    const closed = server.server.close().then(() => (isClosed = true));
    await sleep(50);
    expect(isClosed).toBe(false);
    answered.resolve(await hello());
    await closed;
  });
});
