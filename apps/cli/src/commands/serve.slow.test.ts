import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteDatabase } from '@iron/db';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTerminal, type Terminal } from '../iron-process.fixture.ts';
import { startServing } from '../serve-process.fixture.ts';

const TOKEN = 'iron_dev_admin_token_001';
const AS_ADMIN = { authorization: `Bearer ${TOKEN}` };
const BODY = '{"name":"drain"}';
const HEAD = [
  'POST /api/tokens HTTP/1.1',
  'Host: iron',
  `Authorization: Bearer ${TOKEN}`,
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  '\r\n',
].join('\r\n');

let terminal: Terminal;
let database: string;
beforeAll(() => {
  terminal = openTerminal();
  database = join(terminal.folder, 'dev_tokens.db');
  terminal.iron('db', 'reset-seed');
});
afterAll(() => terminal[Symbol.dispose]());

async function ask(url: string): Promise<number> {
  return (await fetch(`${url}/api/tokens/usage`, { headers: AS_ADMIN })).status;
}

/** A client that has sent a request but for its body, and what it has received when its connection is over. */
async function beginRequest(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  socket.on('error', () => undefined);
  const ended = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  socket.write(HEAD);
  await sleep(50);
  return { finish: () => void socket.write(BODY), ended };
}

async function inDatabase(sql: string): Promise<unknown> {
  using opened = await openSqliteDatabase({ kind: 'file', path: database, mode: 'ro' });
  return opened.connection.prepare(sql).pluck().get();
}

describe('iron serve', () => {
  test('needs nothing: in an empty folder it makes a database and serves it', async () => {
    using empty = openTerminal();
    await using server = await startServing(empty.folder);
    expect(server.stdout()).toBe(`Iron listens on ${server.url}\n`);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(existsSync(join(empty.folder, 'dev_tokens.db'))).toBe(true);
    server.signal('SIGINT');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  });

  test('prints one document with --json, when it listens', async () => {
    await using server = await startServing('/', '--json', '--database', database);
    const document = { database, url: server.url, environment: 'development' };
    await vi.waitFor(() => expect(JSON.parse(server.stdout())).toEqual(document));
    expect(await ask(server.url)).toBe(200);
  });

  test('keeps what was sent to a provider where the configuration says so, without what looks like a key', async () => {
    using own = openTerminal();
    const configuration = '[server]\ntrace_payloads = "redacted"\n[development]\nauto_seed = true\n';
    writeFileSync(join(own.folder, 'config.dev.toml'), configuration);
    await using server = await startServing(own.folder);
    const call = { tokenId: 1, provider: 'openai', model: 'gpt-4o', endpoint: '/v1/chat', durationMs: 5 };
    const body = JSON.stringify({ ...call, requestPayload: { prompt: 'How are you?', api_key: 'a secret' } });
    const headers = { ...AS_ADMIN, 'content-type': 'application/json' };
    await fetch(`${server.url}/api/traces`, { method: 'POST', headers, body });
    const shown = await (await fetch(`${server.url}/api/traces/1`, { headers })).text();
    expect(shown).toContain('How are you?');
    expect(shown).not.toContain('a secret');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'told to end by %s answers what has begun, takes nothing new, and ends with 0',
    async (signal) => {
      await using server = await startServing(terminal.folder);
      const usedBefore = await inDatabase('SELECT max(last_used_at) FROM api_tokens');
      expect(await ask(server.url)).toBe(200);
      const request = await beginRequest(server.url);

      server.signal(signal);
      await vi.waitFor(() => expect(server.stderr()).toContain('"draining"'));
      await vi.waitFor(async () => await expect(fetch(server.url)).rejects.toThrow('fetch failed'));
      request.finish();

      expect(await request.ended).toMatch(/^HTTP\/1\.1 201 Created\r\n.*Connection: close\r\n/s);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(await inDatabase('SELECT name FROM api_tokens ORDER BY id DESC LIMIT 1')).toBe('drain');
      expect(await inDatabase('SELECT max(last_used_at) FROM api_tokens')).toBeGreaterThan(Number(usedBefore));
      expect(server.stderr()).toMatch(/"msg":"ended"\}\n$/);
      expect(server.stderr()).not.toContain(TOKEN);
      expect(server.stdout()).toBe(`Iron listens on ${server.url}\n`);
    },
  );

  test('told twice ends at once, by that signal', async () => {
    await using server = await startServing(terminal.folder);
    await beginRequest(server.url);
    server.signal('SIGTERM');
    await vi.waitFor(() => expect(server.stderr()).toContain('"draining"'));
    await sleep(250); // sooner it is taken for the same signal
    server.signal('SIGTERM');
    expect(await server.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });
});
