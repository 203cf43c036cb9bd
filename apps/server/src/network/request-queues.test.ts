import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { listening } from './http-server.fixture.ts';
import { connectRaw } from './raw-client.fixture.ts';

const get = (path: string | number) => `GET /${path} HTTP/1.1\r\nHost: iron\r\n\r\n`;
const post = (body: string) => `POST /post HTTP/1.1\r\nHost: iron\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Answers with the path and the body, after a while, and knows how much it has done at a time. */
function echo() {
  const done = { begun: 0, running: 0, mostAtATime: 0 };
  const fetch = async (request: Request) => {
    done.begun += 1;
    done.running += 1;
    done.mostAtATime = Math.max(done.mostAtATime, done.running);
    await sleep(1);
    const text = `<${new URL(request.url).pathname}${await request.text()}>`;
    done.running -= 1;
    return new Response(text);
  };
  return { done, fetch };
}

describe('requests that a client sends without waiting for answers', () => {
  test('are carried out one after another, and answered in their order', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using client = await connectRaw(server.url);

    client.send(get(1) + post(' body') + get(2) + post(' half').slice(0, -4));
    await vi.waitFor(() => expect(client.received()).toContain('</2>'));
    client.send(`half${get(3)}`);
    await vi.waitFor(() => expect(client.received()).toContain('</3>'));
    client.send(get(4));
    await vi.waitFor(() => expect(client.received()).toContain('</4>'));

    expect(client.received().match(/<.*?>/g)).toEqual(['</1>', '</post body>', '</2>', '</post half>', '</3>', '</4>']);
    expect(done.mostAtATime).toBe(1);
  });

  test('are carried out one of each client at a time, however many they are', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using one = await connectRaw(server.url);
    using other = await connectRaw(server.url);
    for (const client of [one, other]) client.send(Array.from({ length: 50 }, (_, index) => get(index)).join(''));
    await vi.waitFor(() => expect(one.received() + other.received()).toMatch(/<\/49>.*<\/49>/s));
    expect(done.mostAtATime).toBe(2);
  });

  test('are taken up to a hundred; the answer to the last one says that no more come', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using client = await connectRaw(server.url);
    client.send(Array.from({ length: 5_000 }, (_, index) => get(index)).join(''));

    const text = await client.ended;
    expect(text.match(/<.*?>/g)).toEqual(Array.from({ length: 101 }, (_, index) => `</${index}>`));
    expect(text.match(/Connection: close/g)).toHaveLength(1);
    expect(done.begun).toBe(101);
  });

  test('are not begun any more when the client has gone away', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using client = await connectRaw(server.url);
    client.send(Array.from({ length: 90 }, (_, index) => get(index)).join(''));
    await vi.waitFor(() => expect(client.received()).toContain('</2>'));
    client.socket.resetAndDestroy();

    await vi.waitFor(() => expect(done.running).toBe(0));
    await sleep(50);
    expect(done.begun).toBeLessThan(90);
    await server.server.close();
  });

  test('are answered up to the first that cannot be read, and the connection ends', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using client = await connectRaw(server.url);
    client.send(`${get(1)}${get(2)}nonsense\r\n\r\n${get(3)}`);
    const text = await client.ended;
    expect(text.match(/<.*?>/g)).toEqual(['</1>', '</2>']);
    expect(text.match(/HTTP/g)).toHaveLength(2);
    expect(done.begun).toBe(2);
  });

  test('after one that closes the connection are not carried out', async () => {
    const { done, fetch } = echo();
    await using server = await listening(fetch);
    using client = await connectRaw(server.url);
    client.send(get(1).replace('Host', 'Connection: close\r\nHost') + get(2));
    expect((await client.ended).match(/<.*?>/g)).toEqual(['</1>']);
    expect(done.begun).toBe(1);
  });
});
