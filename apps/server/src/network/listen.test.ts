import { describe, expect, test } from 'vitest';
import { listening } from './http-server.fixture.ts';
import { HttpServer } from './http-server.ts';

const hello = async () => new Response('hello');
const neverAsked = (error: Error): never => {
  throw error;
};

describe('a place to listen', () => {
  test.each([
    ['nowhere.invalid', 'server.host_unusable'],
    ['203.0.113.1', 'server.host_unusable'], // for documentation: no machine has it
    ['', 'server.host_unusable'],
  ])('that is none is refused: %j', async (host, code) => {
    const server = new HttpServer({ fetch: hello, refuse: neverAsked });
    await expect(server.listen({ host, port: 0 })).rejects.toMatchObject({ code });
    await server.close();
  });

  test('that is taken is refused', async () => {
    await using taken = await listening(hello);
    const port = Number(new URL(taken.url).port);
    const server = new HttpServer({ fetch: hello, refuse: neverAsked });
    await expect(server.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'server.port_in_use',
      message: `Another program listens at 127.0.0.1, port ${port}.`,
    });
    await server.close();
  });

  test('may be an address of the sixth version', async () => {
    const server = new HttpServer({ fetch: hello, refuse: neverAsked });
    const url = await server.listen({ host: '::1', port: 0 });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await (await fetch(url)).text()).toBe('hello');
    await server.close();
  });
});
