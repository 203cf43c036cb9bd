import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type GatewayApi, openGatewayApi } from './gateway-api.fixture.ts';

let api: GatewayApi;
let [ann, bob] = ['', ''];
beforeAll(async () => {
  api = await openGatewayApi();
  const callers = [await api.caller(), await api.caller()] as const;
  [ann, bob] = [callers[0].userId, callers[1].userId];
  await api.hold(callers[1], { requestId: 'b', ttlMs: 1_000 });
  await api.hold(callers[0], { requestId: 'a2', ttlMs: 2_000 });
  await api.hold(callers[0], { requestId: 'a1', ttlMs: 1_000 });
  for (const requestId of ['settled', 'released']) await api.hold(callers[0], { requestId });
  await api.settle('settled');
  await api.release('released');
});
afterAll(async () => await api[Symbol.asyncDispose]());

const pageSchema = z.strictObject({
  items: z.array(z.looseObject({ requestId: z.string() })),
  nextCursor: z.string().nullable(),
});

async function list(query: string, as = api.gateway) {
  const { items, nextCursor } = pageSchema.parse((await api.ask(`GET /api/holds?${query}`, { as })).body);
  return { ids: items.map(({ requestId }) => requestId), nextCursor };
}

test('open holds are listed user by user, first what expires first, part by part', async () => {
  expect(await list('')).toEqual({ ids: ['a1', 'a2', 'b'], nextCursor: null });
  const first = await list('limit=2');
  expect(first.ids).toEqual(['a1', 'a2']);
  expect(await list(`limit=2&cursor=${first.nextCursor}`)).toEqual({ ids: ['b'], nextCursor: null });
});

test('holds can be asked for by state, user and project', async () => {
  expect((await list('state=settled')).ids).toEqual(['settled']);
  expect((await list('state=released')).ids).toEqual(['released']);
  expect((await list(`userId=${bob}`)).ids).toEqual(['b']);
  expect((await list('projectId=search')).ids).toEqual(['a1', 'a2', 'b']);
  expect((await list(`projectId=other&userId=${ann}`)).ids).toEqual([]);
  expect(await api.ask('GET /api/holds?state=over', { as: api.gateway })).toMatchObject({
    status: 400,
    body: { errors: [{ where: 'state' }] },
  });
  const { nextCursor } = await list('limit=1');
  expect(await api.ask(`GET /api/holds?state=settled&cursor=${nextCursor}`, { as: api.gateway })).toMatchObject({
    status: 400,
    body: { code: 'input.invalid_cursor' },
  });
});

test('whoever is no administrator sees their own', async () => {
  const { secret } = await api.services.tokens.createToken({ userId: bob, scopes: ['holds:read'] });
  expect((await list('', secret)).ids).toEqual(['b']);
  expect(await api.ask(`GET /api/holds?userId=${ann}`, { as: secret })).toMatchObject({
    status: 403,
    body: { code: 'access.not_yours' },
  });
});
