import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NOON, openTestApi, type TestApi } from '../../api.fixture.ts';
import { changeByHand } from '../../change-by-hand.fixture.ts';

const MINUTE = 60_000;

let api: TestApi;
let root: string, ada: string;
beforeAll(async () => {
  api = await openTestApi();
  root = (await api.person('root', 'admin')).secret; // 1 of each log
  ada = (await api.person('ada', 'user')).secret; // 2
  await changeThings();
});
afterAll(async () => await api[Symbol.asyncDispose]());

/** A minute apart each: a token made by Ada and revoked by the administrator, an agent, an account that is promoted. */
async function changeThings(): Promise<void> {
  const headers = { 'user-agent': 'curl/8.5.0' };
  const requests = [
    ['POST /api/tokens', { as: ada, body: { name: 'laptop' }, headers }],
    ['POST /api/tokens/3/revoke', { as: root, body: { reason: 'lost' } }],
    ['POST /api/agents', { as: root, body: { name: 'Summariser', providers: [] } }],
    ['POST /api/users', { as: root, body: { id: 'eve', username: 'eve', role: 'user' } }],
    ['PUT /api/users/eve/role', { as: root, body: { role: 'viewer', reason: 'looks only' } }],
  ] as const;
  for (const [request, asked] of requests) {
    api.clock.now += MINUTE;
    await api.ask(request, asked);
  }
}

const list = z.looseObject({ items: z.array(z.looseObject({ id: z.int() })), nextCursor: z.string().nullable() });

async function find(path: `/api/audit${string}`) {
  return list.parse((await api.ask(`GET ${path}`, { as: root })).body);
}

describe('the log of things', () => {
  test('says what was done to a thing, by whom, with what program, and when', async () => {
    const { items } = await find('/api/audit?entityType=token&entityId=3');
    expect(items).toMatchObject([
      { id: 4, action: 'revoke', actorUserId: 'root', changes: { reason: 'lost' }, loggedAt: NOON + 2 * MINUTE },
      {
        id: 3,
        action: 'create',
        actorUserId: 'ada',
        userAgent: 'curl/8.5.0',
        changes: { name: 'laptop' },
        ipAddress: null,
      },
    ]);
  });

  test.each([
    ['', [5, 4, 3, 2, 1]],
    ['entityType=agent', [5]],
    ['entityId=2', [2]],
    ['action=revoke&actorUserId=root', [4]],
    ['actorUserId=ada', [3]],
    [`from=${NOON + MINUTE}&to=${NOON + 3 * MINUTE}`, [4, 3]],
    ['action=delete', []],
  ])('finds by ?%s', async (query, ids) => {
    expect((await find(`/api/audit?${query}`)).items.map(({ id }) => id)).toEqual(ids);
  });

  test('goes on from a cursor', async () => {
    const first = await find('/api/audit?limit=3');
    const second = await find(`/api/audit?limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('the log of accounts', () => {
  test('says what was done to an account, by whom, why, and how it was before and after', async () => {
    const { items } = await find('/api/audit/users?targetUserId=eve');
    expect(items).toMatchObject([
      {
        id: 4,
        operation: 'role_change',
        performedBy: 'root',
        previousState: { role: 'user' },
        newState: { role: 'viewer' },
        reason: 'looks only',
        timestamp: NOON + 5 * MINUTE,
      },
      { id: 3, operation: 'create', previousState: null, newState: { username: 'eve' }, reason: null },
    ]);
  });

  test.each([
    ['', [4, 3, 2, 1]],
    ['operation=create', [3, 2, 1]],
    ['performedBy=system', [2, 1]],
    ['performedBy=root&operation=role_change', [4]],
    [`from=${NOON + 5 * MINUTE}`, [4]],
    [`to=${NOON + 5 * MINUTE}&limit=1`, [3]],
  ])('finds by ?%s', async (query, ids) => {
    expect((await find(`/api/audit/users?${query}`)).items.map(({ id }) => id)).toEqual(ids);
  });

  test('goes on from a cursor', async () => {
    const first = await find('/api/audit/users?limit=3');
    const second = await find(`/api/audit/users?limit=3&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ id: 1 }], nextCursor: null });
  });
});

test.each([
  ['/api/audit?from=1772366400', 'http.invalid_request'],
  ['/api/audit?entity=token', 'http.invalid_request'],
  ['/api/audit?limit=1001', 'http.invalid_request'],
  ['/api/audit?cursor=x', 'input.invalid_cursor'],
  ['/api/audit/users?operation=promote', 'http.invalid_request'],
  ['/api/audit/users?userId=eve', 'http.invalid_request'],
  ['/api/audit/users?cursor=x', 'input.invalid_cursor'],
  ['/api/audit/verification?log=audit_log', 'http.invalid_request'],
] as const)('GET %s is refused', async (path, code) => {
  expect(await api.refusalOf(`GET ${path}`, { as: root })).toEqual([400, code]);
});

test('the logs are read by administrators with the scope for it alone', async () => {
  const { secret: writer } = await api.person('writer', 'admin', ['audit:write', 'users:read']);
  for (const path of ['/api/audit', '/api/audit/users', '/api/audit/verification'] as const) {
    expect(await api.refusalOf(`GET ${path}`, { as: ada })).toEqual([403, 'access.role_not_allowed']);
    expect(await api.refusalOf(`GET ${path}`, { as: writer })).toEqual([403, 'access.scope_missing']);
  }
});

describe('verification', () => {
  test('finds the logs whole as Iron writes them', async () => {
    const [newest] = (await find('/api/audit?limit=1')).items;
    expect(await api.ask('GET /api/audit/verification', { as: root })).toMatchObject({
      status: 200,
      body: {
        isWhole: true,
        logs: [
          { log: 'audit_log', rows: newest?.id, lastHash: newest?.['hash'], broken: null },
          { log: 'user_audit_log', broken: null },
        ],
      },
    });
  });

  test('names the first row that was changed around the triggers', async () => {
    await using other = await openTestApi();
    const { secret: as } = await other.person('root', 'admin');
    await other.person('ada', 'user');
    const { database } = other.services;
    await changeByHand(database, {
      sqlite: 'DROP TRIGGER user_audit_log_refuses_update',
      postgres: 'DROP TRIGGER user_audit_log_refuses_update ON user_audit_log',
    });
    await changeByHand(database, "UPDATE user_audit_log SET reason = 'x' WHERE id = 2");
    expect(await other.ask('GET /api/audit/verification', { as })).toMatchObject({
      body: { isWhole: false, logs: [{ broken: null }, { log: 'user_audit_log', rows: 1, broken: { id: 2 } }] },
    });
  });
});
