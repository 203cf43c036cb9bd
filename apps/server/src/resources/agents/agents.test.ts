import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';

let api: TestApi;
let root: string, ada: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret;
  ada = (await api.person('ada', 'user')).secret;
});
afterAll(async () => await api[Symbol.asyncDispose]());

const withId = z.looseObject({ id: z.int() });

async function make(name: string, providers: readonly string[] = []): Promise<number> {
  return withId.parse((await api.ask('POST /api/agents', { as: root, body: { name, providers } })).body).id;
}

test('an agent is made, shown, renamed, bound to providers and deleted', async () => {
  const body = { name: 'Summariser', providers: ['openai', 'openai', 'anthropic'] };
  const made = await api.ask('POST /api/agents', { as: root, body });
  const agent = { name: 'Summariser', providers: ['openai', 'anthropic'], createdAt: NOON };
  expect(made).toMatchObject({ status: 201, body: agent });
  const path = `/api/agents/${withId.parse(made.body).id}` as const;
  expect(await api.ask(`GET ${path}`, { as: root })).toMatchObject({ status: 200, body: agent });
  const renamed = await api.ask(`PUT ${path}/name`, { as: root, body: { name: 'Writer' } });
  expect(renamed).toMatchObject({ status: 200, body: { ...agent, name: 'Writer' } });
  const bound = await api.ask(`PUT ${path}/providers`, { as: root, body: { providers: [] } });
  expect(bound).toMatchObject({ status: 200, body: { name: 'Writer', providers: [] } });
  expect(await api.ask(`DELETE ${path}`, { as: root })).toMatchObject({ status: 204, body: '' });
  expect(await api.refusalOf(`GET ${path}`, { as: root })).toEqual([404, 'agent.not_found']);
});

test('an agent that tokens belong to cannot be deleted', async () => {
  const id = await make('with a token');
  await api.ask('POST /api/tokens', { as: root, body: { userId: 'ada', agentId: id } });
  expect(await api.refusalOf(`DELETE /api/agents/${id}`, { as: root })).toEqual([409, 'agent.in_use']);
});

test('two agents do not have one name, in whatever case', async () => {
  const id = await make('Translator');
  const taken = [409, 'agent.name_taken'];
  expect(await api.refusalOf('POST /api/agents', { as: root, body: { name: 'TRANSLATOR', providers: [] } })).toEqual(
    taken,
  );
  const other = await make('other');
  expect(await api.refusalOf(`PUT /api/agents/${other}/name`, { as: root, body: { name: 'translator' } })).toEqual(
    taken,
  );
  expect(await api.ask(`PUT /api/agents/${id}/name`, { as: root, body: { name: 'translator' } })).toMatchObject({
    status: 200,
    body: { name: 'translator' },
  });
});

test('the list can be asked for a part of it, and for where it goes on', async () => {
  const ids = [await make('list one'), await make('list two'), await make('List three')];
  const list = z.looseObject({ items: z.array(withId), nextCursor: z.string().nullable() });
  const first = list.parse((await api.ask('GET /api/agents?text=LIST%20&limit=2', { as: root })).body);
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const rest = await api.ask(`GET /api/agents?text=LIST%20&cursor=${first.nextCursor}`, { as: root });
  expect(rest).toMatchObject({ status: 200, body: { items: [{ id: ids[2] }], nextCursor: null } });
});

test('agents are for administrators alone, who may bind them only with the scope for it', async () => {
  const id = await make('closed');
  const refused = [403, 'access.role_not_allowed'];
  expect(await api.refusalOf('GET /api/agents', { as: ada })).toEqual(refused);
  expect(await api.refusalOf(`GET /api/agents/${id}`, { as: ada })).toEqual(refused);
  expect(await api.refusalOf('GET /api/agents/777', { as: ada })).toEqual(refused);
  expect(await api.refusalOf(`DELETE /api/agents/${id}`, { as: ada })).toEqual(refused);
  const { secret: reader } = await api.person('reader', 'admin', ['agents:read']);
  expect(await api.ask(`GET /api/agents/${id}`, { as: reader })).toMatchObject({ status: 200 });
  const body = { providers: ['openai'] };
  expect(await api.ask(`PUT /api/agents/${id}/providers`, { as: reader, body })).toMatchObject({
    status: 403,
    body: {
      code: 'access.scope_missing',
      hint: 'Use a token that has it: `iron tokens create --scopes agents:write` makes one.',
    },
  });
});

test.each([
  ['POST /api/agents', { name: 'no list' }],
  ['POST /api/agents', { name: '', providers: [] }],
  ['POST /api/agents', { name: 'x', providers: 'openai' }],
  ['POST /api/agents', { name: 'x', providers: [''] }],
  ['POST /api/agents', { name: 'x', providers: Array.from({ length: 101 }, String) }],
  ['POST /api/agents', { name: 'x', providers: [], userId: 'ada' }],
  ['PUT /api/agents/1/name', {}],
  ['PUT /api/agents/1/name', { name: 'x', agentId: 2 }],
  ['PUT /api/agents/1/providers', { providers: null }],
] as const)('%s is refused with %j', async (request, body) => {
  expect(await api.refusalOf(request, { as: root, body })).toEqual([422, 'http.invalid_request']);
});

test('an agent that is not there is not changed', async () => {
  expect(await api.refusalOf('PUT /api/agents/777/name', { as: root, body: { name: 'x' } })).toEqual([
    404,
    'agent.not_found',
  ]);
  expect(await api.refusalOf('DELETE /api/agents/777', { as: root })).toEqual([404, 'agent.not_found']);
  expect(await api.refusalOf('DELETE /api/agents/0', { as: root })).toEqual([404, 'http.not_found']);
});

test('a request that is repeated with its Idempotency-Key makes one agent', async () => {
  const body = { name: 'only once', providers: [] };
  const ask = async () => await api.ask('POST /api/agents', { as: root, body, headers: { 'idempotency-key': 'a' } });
  const [first, second] = [await ask(), await ask()];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
});
