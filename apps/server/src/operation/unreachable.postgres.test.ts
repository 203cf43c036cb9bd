import { openDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { startTcpProxy } from '@iron/test-postgres';
import { TokenStorage, UserStorage } from '@iron/tokens';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MASTER_KEY } from '../served.fixture.ts';
import { serve } from '../serve.ts';

const problem = z.object({ code: z.string(), detail: z.string() });

/** A server over a database, and the way between them, which can be broken. */
async function serveByProxy() {
  await using opened = new AsyncDisposableStack();
  const { url, database: direct } = opened.use(await testDatabase());
  const users = await UserStorage.open(direct);
  const tokens = await TokenStorage.open(direct, { environment: 'development' });
  await users.createUser({ id: 'root', username: 'root', role: 'admin' });
  const { secret } = await tokens.createToken({ userId: 'root', scopes: ['*'] });
  const way = opened.use(await startTcpProxy(url));
  const database = opened.use(await openDatabase(way.url, { giveUpAfterMs: 1_000 }));
  const server = await serve(database, {
    environment: 'development',
    host: '127.0.0.1',
    port: 0,
    masterKey: MASTER_KEY,
    logLevel: 'silent',
  });
  opened.defer(async () => await server.drain());
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { ...init, headers });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
  };
  const all = opened.move();
  return { way, ask, [Symbol.asyncDispose]: async () => await all.disposeAsync() };
}

test('a server whose database cannot be reached lives, is not ready, says so to whoever asks, and goes on by itself', async () => {
  await using served = await serveByProxy();
  const { way, ask } = served;
  expect(await ask('/readyz')).toMatchObject({ status: 200 });

  await way.refuse();
  way.cut();
  const ready = await ask('/readyz');
  expect(ready).toMatchObject({ status: 503, retryAfter: '1' });
  expect(problem.parse(JSON.parse(ready.text))).toEqual({
    code: 'server.not_ready',
    detail: 'The server is not ready: its database does not answer (database.unreachable).',
  });
  for (const asked of [ask('/api/tokens'), ask('/api/tokens', { method: 'POST', body: '{}' })]) {
    const { text, ...answer } = await asked;
    expect(answer).toEqual({ status: 503, retryAfter: '1' });
    expect(problem.parse(JSON.parse(text))).toEqual({
      code: 'database.unreachable',
      detail: expect.stringMatching(/^The database cannot be reached: [^/:]+\.$/) as unknown,
    });
    expect(text).not.toContain('127.0.0.1');
  }
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
  expect((await ask('/metrics')).text).toMatch(/^iron_holds_open NaN$/im);

  await way.accept();
  expect(await ask('/api/tokens', { method: 'POST', body: '{}' })).toMatchObject({ status: 201 });
  expect(await ask('/readyz')).toMatchObject({ status: 200 });
});

test('a database that answers nothing at all keeps nobody waiting who asks whether the server is ready', async () => {
  await using served = await serveByProxy();
  const { way, ask } = served;
  way.hang();
  const answers = await Promise.all([ask('/readyz'), ask('/readyz'), ask('/metrics'), ask('/healthz')]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
  way.resume();
  await expect.poll(async () => (await ask('/readyz')).status, { timeout: 30_000 }).toBe(200);
});
