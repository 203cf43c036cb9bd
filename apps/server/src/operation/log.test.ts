import { randomBytes } from 'node:crypto';
import { TokenStorage } from '@iron/tokens';
import { describe, expect, test } from 'vitest';
import type { AnsweredRequest } from '../api.ts';
import { connectRaw } from '../network/raw-client.fixture.ts';
import { openTestServer, type TestRequest } from '../served.fixture.ts';
import { openLog } from './log.ts';

const REQUEST: AnsweredRequest = {
  requestId: 'r-1',
  method: 'GET',
  route: '/api/tokens/{tokenId}',
  status: 200,
  milliseconds: 1.23456,
  principal: undefined,
  error: undefined,
};

/** What a log of this level has after `write`. */
function logged(level: Parameters<typeof openLog>[0], write: (log: ReturnType<typeof openLog>) => void): unknown[] {
  const lines: unknown[] = [];
  write(openLog(level, { write: (line) => void lines.push(JSON.parse(line)) }));
  return lines;
}

describe('a request', () => {
  test('is one line: who asked, what by its pattern, what became of it, and how long it took', async () => {
    await using server = await openTestServer();
    const headers = { 'x-request-id': 'order-66' };
    await server.fetch('/api/tokens/1?x=1', { as: server.admin, headers });
    await server.fetch('/api/tokens/1', { as: server.admin, headers });
    await server.fetch('/api/tokens/1');

    const [, refused, answered, unknown] = server.log();
    expect(refused).toMatchObject({ level: 'info', status: 400, error: { code: 'http.invalid_request' } });
    expect(answered).toEqual({
      level: 'info',
      time: expect.any(Number) as unknown,
      requestId: 'order-66',
      method: 'GET',
      route: '/api/tokens/{tokenId}',
      status: 200,
      ms: expect.any(Number) as unknown,
      tokenId: 1,
      userId: 'root',
      msg: 'request',
    });
    expect(unknown).toMatchObject({ status: 401, error: { code: 'access.token_missing' } });
    expect(server.log()).toHaveLength(4);
  });

  test('that watches the server is a line for those who want everything', () => {
    const watched = { ...REQUEST, route: '/healthz' };
    expect(logged('info', (log) => log.answered(watched))).toEqual([]);
    expect(logged('debug', (log) => log.answered(watched))).toMatchObject([{ level: 'debug', route: '/healthz' }]);
  });

  test('that could not be carried out now is a warning, with why', () => {
    const error = new Error('The disk is full.');
    expect(logged('warn', (log) => log.answered({ ...REQUEST, status: 503, error }))).toMatchObject([
      { level: 'warn', status: 503, error: { message: 'The disk is full.' } },
    ]);
  });

  test('is nothing in a silent log', () => {
    expect(logged('silent', (log) => log.answered({ ...REQUEST, status: 500 }))).toEqual([]);
  });
});

describe('a failure', () => {
  test('has its message and where it happened, and the errors behind it, without secrets in any of them', () => {
    const token = `iron_dev_${'a'.repeat(49)}`;
    const cause = new Error('Authorization: Bearer sk-ant-1234567890abcdef was refused');
    const error = new Error(`no such token: ${token}`, { cause });

    const [line] = logged('error', (log) => log.failed('a request', error, { requestId: 'r-1' }));

    expect(line).toMatchObject({
      level: 'error',
      during: 'a request',
      requestId: 'r-1',
      error: {
        name: 'Error',
        message: 'no such token: [redacted]',
        stack: expect.stringContaining('log.test.ts') as unknown,
        cause: { message: 'Authorization: [redacted]' },
      },
    });
    expect(JSON.stringify(line)).not.toMatch(/aaaa|sk-ant/);
  });

  test('that is no error at all has its text', () => {
    expect(logged('error', (log) => log.failed('tidying up', 'iron_dev_abcdef'))).toMatchObject([
      { error: { name: 'string', message: '[redacted]' } },
    ]);
  });
});

describe('no secret is in the log', () => {
  test('wherever a client has put it', async () => {
    await using server = await openTestServer({ logLevel: 'debug' });
    const tokens = await TokenStorage.open(server.database, { environment: 'development' });
    const { secret } = await tokens.createToken({ userId: 'ada' });
    const imported = `legacy-${randomBytes(20).toString('hex')}`;
    await tokens.createToken({ userId: 'ada', token: imported });
    const providerKey = `sk-proj-${randomBytes(20).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    const secrets = [server.admin, secret, imported, providerKey, password];

    for (const [index, hidden] of secrets.entries()) {
      const json = { 'content-type': 'application/json' };
      const places: [string, TestRequest][] = [
        [`/api/tokens/${hidden}`, { as: server.admin }],
        [`/${hidden}`, { as: server.admin }],
        [`/api/tokens?userId=${hidden}&${hidden}=1`, { as: server.admin }],
        ['/api/tokens', { as: hidden }],
        ['/api/tokens', { headers: { authorization: `Basic ${hidden}` } }],
        ['/api/tokens', { as: hidden, headers: { 'x-request-id': hidden } }],
        ['/api/tokens', { as: hidden, headers: { 'x-request-id': `a-${hidden}-b` } }],
        ['/api/tokens', { as: server.admin, headers: { 'user-agent': hidden, cookie: hidden, 'x-anything': hidden } }],
        [
          '/api/agents',
          {
            as: server.admin,
            method: 'POST',
            headers: { ...json, 'idempotency-key': hidden },
            body: `{"name":"agent ${index}"}`,
          },
        ],
        ['/api/tokens', { as: server.admin, method: 'POST', headers: json, body: `{"name":"${hidden}"}` }],
        ['/api/tokens', { as: server.admin, method: 'POST', headers: json, body: `{"${hidden}":1}` }],
        ['/api/tokens', { as: server.admin, method: 'POST', headers: json, body: hidden }],
        [
          '/api/provider-keys',
          { as: server.admin, method: 'POST', headers: json, body: `{"provider":"openai","key":"${hidden}"}` },
        ],
      ];
      for (const [path, init] of places) await server.fetch(path, init);
      using raw = await connectRaw(server.url);
      raw.send(`GET ${hidden} HTTP/1.1\r\n${hidden}\r\n\r\n`);
      await raw.ended;
    }
    await server.server.drain();

    expect(server.log().length).toBeGreaterThan(secrets.length * 13);
    for (const hidden of secrets) expect(server.logText()).not.toContain(hidden);
  });
});
