import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { lookInto, NOTHING_WRONG } from './look-into.fixture.ts';
import { databaseToServe, type ServedDatabase } from './served-database.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';
import { type WorkingClients, workingClients } from './working-clients.fixture.ts';

const LANES = 10;
const TIMES = 20;
const CLIENTS_OF_EACH = 2;
const KEYS = 40;

const createdToken = z.object({ secret: z.string(), token: z.object({ id: z.int() }) });
const createdLimit = z.object({ id: z.int() });
const madeHold = z.looseObject({ requestId: z.string() });

interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly isRepeated: boolean;
}

let database: ServedDatabase;
let one: ServerProcess, other: ServerProcess;
let clients: WorkingClients;
const state = { isOver: false };
let working: Promise<unknown>;

beforeAll(async () => {
  database = await databaseToServe();
  [one, other] = await Promise.all([startServer(database.url), startServer(database.url)]);
  clients = workingClients(database.admin);
  working = Promise.all([one, other].map(({ url }) => clients.work(url, CLIENTS_OF_EACH, () => state.isOver)));
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function ask(request: `${'GET' | 'POST' | 'PATCH'} ${string}`, asked: Asked = {}): Promise<Answer> {
  const [method = '', url = ''] = request.split(' ');
  const { as = database.admin, body, key } = asked;
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const isRepeated = answer.headers.get('idempotent-replayed') === 'true';
  return { status: answer.status, isRepeated, json: await readJson(answer) };
}

async function readJson(answer: Response): Promise<unknown> {
  return await answer.json();
}

interface Asked {
  readonly as?: string;
  readonly body?: object;
  readonly key?: string;
}

async function hold({ url }: ServerProcess, token: string, key?: string): Promise<Answer> {
  const body = { token, provider: 'acme', model: 'large', inputTokens: 4, maxOutputTokens: 6 };
  return await ask(`POST ${url}/api/holds`, { body, ...(key !== undefined && { key }) });
}

/** Does something so many times, several at once. */
async function often(work: (lane: number) => Promise<void>): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      for (let time = 0; time < TIMES; time += 1) await work(lane);
    }),
  );
}

test('a token that one server has revoked is refused by the other from that answer on, also while both have much to do', async () => {
  await often(async () => {
    const { json } = await ask(`POST ${one.url}/api/tokens`, { body: { scopes: ['tokens:read'] } });
    const { secret, token } = createdToken.parse(json);
    const uses = async () => {
      const shown = ask(`GET ${other.url}/api/tokens/${token.id}`, { as: secret });
      return (await Promise.all([shown, hold(other, secret)])).map(({ status }) => status);
    };
    expect(await uses()).toEqual([200, 201]);
    expect((await ask(`POST ${one.url}/api/tokens/${token.id}/revoke`, { body: {} })).status).toBe(200);
    expect(await uses()).toEqual([401, 403]);
  });
});

test('a limit that one server has changed is that of the other from that answer on', async () => {
  const limits = await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const userId = `user-${lane}`;
      await ask(`POST ${one.url}/api/users`, { body: { id: userId, username: userId } });
      const token = await ask(`POST ${one.url}/api/tokens`, { body: { userId } });
      const limit = await ask(`POST ${one.url}/api/limits`, { body: { userId, maxTokensPerDay: 1 } });
      return { secret: createdToken.parse(token.json).secret, limitId: createdLimit.parse(limit.json).id };
    }),
  );
  await often(async (lane) => {
    const { secret = '', limitId } = limits[lane] ?? {};
    const change = async (maxTokensPerDay: number) =>
      (await ask(`PATCH ${one.url}/api/limits/${limitId}`, { body: { maxTokensPerDay } })).status;
    expect(await change(1_000_000)).toBe(200);
    expect((await hold(other, secret)).status).toBe(201);
    expect(await change(1)).toBe(200);
    expect((await hold(other, secret)).status).toBe(429);
  });
  for (const { limitId } of limits) {
    await ask(`PATCH ${one.url}/api/limits/${limitId}`, { body: { maxTokensPerDay: 1_000_000 } });
  }
});

test('what many ask two servers for at once under the same keys is done once for each key', async () => {
  const keys = Array.from({ length: KEYS }, (_, index) => `key-${index}`);
  const servers = [one, other, one, other];
  const held = await Promise.all(
    keys.map(async (key) => await Promise.all(servers.map((server) => hold(server, database.admin, key)))),
  );
  const made = await Promise.all(
    keys.map(
      async (key) =>
        await Promise.all(
          servers.map(({ url }) => ask(`POST ${url}/api/tokens`, { key, body: { name: `named-${key}` } })),
        ),
    ),
  );

  expect(new Set([...held, ...made].flat().map(({ status }) => status))).toEqual(new Set([201]));
  const requestIds = held.map((answers) => new Set(answers.map(({ json }) => madeHold.parse(json).requestId)));
  expect(requestIds.filter(({ size }) => size !== 1)).toEqual([]);
  const secrets = made.map((answers) => new Set(answers.map(({ json }) => createdToken.parse(json).secret)));
  expect(secrets.filter(({ size }) => size !== 1)).toEqual([]);
  expect(made.filter((answers) => answers.filter(({ isRepeated }) => !isRepeated).length !== 1)).toEqual([]);
  const names = (await database.tokenNames()).filter((name) => name.startsWith('named-'));
  expect(names.toSorted()).toEqual(keys.map((key) => `named-${key}`).toSorted());
});

test('what both had to do meanwhile was done once', async () => {
  state.isOver = true;
  await working;
  for (const server of [one, other]) server.signal('SIGTERM');
  expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  const findings = await database.open(async (opened) => await lookInto(opened, clients.wishes));
  expect(findings).toEqual(NOTHING_WRONG);
});
