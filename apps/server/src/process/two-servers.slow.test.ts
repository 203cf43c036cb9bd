import { LimitEnforcer } from '@iron/limits';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseToServe, type ServedDatabase } from './served-database.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';

const ROOM = 100;
const CALLS = 300;
const TOKENS_A_CALL = 10;

const created = z.object({ secret: z.string(), token: z.object({ id: z.int() }) });

let database: ServedDatabase;
let servers: readonly [ServerProcess, ServerProcess];

beforeAll(async () => {
  database = await databaseToServe();
  servers = await Promise.all([startServer(database.url), startServer(database.url)]);
});
afterAll(async () => {
  await Promise.all(servers.map(async (server) => await server[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

async function post({ url }: ServerProcess, path: string, body: object): Promise<{ status: number; json: unknown }> {
  const headers = { authorization: `Bearer ${database.admin}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const json: unknown = await answer.json();
  return { status: answer.status, json };
}

test('a token that one server has revoked is refused by the other one', async () => {
  const [one, other] = servers;
  for (let time = 0; time < 20; time += 1) {
    const { json } = await post(one, '/api/tokens', { scopes: ['tokens:read'] });
    const { secret, token } = created.parse(json);
    const showItself = async () => {
      const answer = await fetch(`${other.url}/api/tokens/${token.id}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      await answer.text();
      return answer.status;
    };
    expect(await showItself()).toBe(200);
    expect((await post(one, `/api/tokens/${token.id}/revoke`, {})).status).toBe(200);
    expect(await showItself()).toBe(401);
  }
});

test('a limit that two servers let calls through for lets through as many as there is room for, and not one more', async () => {
  await database.open(async (opened) => {
    const limits = await LimitEnforcer.open(opened);
    await limits.createLimit({ userId: 'root', maxTokensPerDay: ROOM * TOKENS_A_CALL });
  });
  const call = { token: database.admin, provider: 'acme', model: 'large', inputTokens: 4, maxOutputTokens: 6 };

  const answers = await Promise.all(
    Array.from({ length: CALLS }, async (_, index) => await post(servers[index % 2 === 0 ? 0 : 1], '/api/holds', call)),
  );

  const admitted = answers.filter(({ status }) => status === 201).length;
  const refused = answers.filter(({ status }) => status === 429).length;
  expect({ admitted, refused }).toEqual({ admitted: ROOM, refused: CALLS - ROOM });
  const counters = 'SELECT tokens_settled, tokens_held, tokens_overage FROM usage_limits';
  expect(await database.open(async ({ reader }) => await reader.statement(counters).all())).toEqual([
    { tokens_settled: 0, tokens_held: ROOM * TOKENS_A_CALL, tokens_overage: 0 },
  ]);
});
