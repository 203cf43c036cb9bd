import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@iron/db';
import { describe, expect, test, vi } from 'vitest';
import { connectRaw } from './network/raw-client.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';

const AS_ADMIN = { authorization: 'Bearer iron_dev_admin_token_001' };
const BEGUN = `POST /api/tokens HTTP/1.1\r\nHost: iron\r\nAuthorization: Bearer iron_dev_admin_token_001\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n`;
const REST = '{"name":"drain"}';

async function tokenNames({ database: path }: ServerProcess): Promise<unknown[]> {
  using database = await openDatabase({ kind: 'file', path, mode: 'ro' });
  return database.connection.prepare('SELECT name FROM api_tokens ORDER BY id DESC LIMIT 1').pluck().all();
}

async function lastUse({ database: path }: ServerProcess): Promise<unknown> {
  using database = await openDatabase({ kind: 'file', path, mode: 'ro' });
  return database.connection.prepare('SELECT last_used_at FROM api_tokens WHERE id = 1').pluck().get();
}

describe('a server that is told to end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers what has begun, takes nothing new, and ends with 0',
    async (signal) => {
      await using server = await startServer();
      const idle = await fetch(`${server.url}/api/tokens/usage`, { headers: AS_ADMIN });
      expect([idle.status, (await idle.text()).length > 0]).toEqual([200, true]);
      const usedBefore = await lastUse(server);
      using client = await connectRaw(server.url);
      client.send(BEGUN); // the request is being read
      await sleep(50);

      server.signal(signal);
      await vi.waitFor(() => expect(server.stderr()).toContain('"draining"'));
      const late = connect(Number(new URL(server.url).port), '127.0.0.1');
      expect(await once(late, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
      client.send(REST);

      expect(await client.ended).toMatch(/^HTTP\/1\.1 201 Created\r\n.*Connection: close\r\n/s);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(await tokenNames(server)).toEqual(['drain']);
      expect(await lastUse(server)).toBeGreaterThan(Number(usedBefore));
      expect(server.stderr()).toMatch(/"msg":"ended"\}\n$/);
      expect(server.stdout()).toBe(`${server.url}\n`);
    },
  );

  test('twice ends at once, by that signal', async () => {
    await using server = await startServer();
    using client = await connectRaw(server.url);
    client.send(BEGUN);
    await sleep(50);
    server.signal('SIGTERM');
    await vi.waitFor(() => expect(server.stderr()).toContain('"draining"'));
    await sleep(250); // sooner it would be taken for the same signal
    server.signal('SIGTERM');
    expect(await server.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('by one signal that reaches it twice, as pnpm passes on what a terminal has sent to both, ends as by one', async () => {
    await using server = await startServer();
    server.signal('SIGINT');
    server.signal('SIGINT');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  });
});
