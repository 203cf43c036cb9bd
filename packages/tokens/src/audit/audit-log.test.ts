import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execute } from '../database-statements.fixture.ts';
import { AgentStorage } from '../agents/agent-storage.ts';
import { MINUTE, type TestTokens, testTokens, TIME } from '../tokens/test-tokens.fixture.ts';
import { UserStorage } from '../users/user-storage.ts';
import { AuditLog } from './audit-log.ts';

/** Two tokens and an agent, changed by two people, a minute apart each. */
async function changeThings({ storage, database, clock }: TestTokens): Promise<void> {
  await using agents = await AgentStorage.open(database, { now: () => clock.at });
  const [ada, bob] = [{ userId: 'ada', ipAddress: '10.0.0.1', userAgent: 'iron/1' }, { userId: 'bob' }];
  const changes = [
    async () => await storage.createToken({ userId: 'u', actor: ada }),
    async () => await storage.createToken({ userId: 'u', actor: bob }),
    async () => await agents.createAgent({ name: 'Summariser', providers: [], actor: ada }),
    async () => await storage.revokeToken({ tokenId: 1, reason: 'leaked', actor: bob }),
    async () => await storage.deactivateToken({ tokenId: 2 }),
  ];
  for (const change of changes) {
    await change();
    clock.at += MINUTE;
  }
}

describe('listEntries', () => {
  test('says what happened to a thing, who asked for it and what was changed', async () => {
    await using tokens = await testTokens();
    await using audit = await AuditLog.open(tokens.database);
    await changeThings(tokens);

    const { items } = await audit.listEntries({ entityType: 'token', entityId: 1 });
    expect(items).toMatchObject([
      { id: 4, action: 'revoke', actorUserId: 'bob', changes: { reason: 'leaked' }, loggedAt: TIME + 3 * MINUTE },
      { id: 1, action: 'create', actorUserId: 'ada', ipAddress: '10.0.0.1', userAgent: 'iron/1', loggedAt: TIME },
    ]);
    expect(items[1]?.changes).toEqual({
      userId: 'u',
      projectId: null,
      name: null,
      scopes: [],
      expiresAt: null,
      agentId: null,
      provider: null,
      rotatedFromId: null,
    });
  });

  test.each([
    [{}, [5, 4, 3, 2, 1]],
    [{ entityType: 'agent' }, [3]],
    [{ actorUserId: 'ada' }, [3, 1]],
    [{ actorUserId: 'bob', action: 'revoke' }, [4]],
    [{ from: TIME + MINUTE, to: TIME + 3 * MINUTE }, [3, 2]],
    [{ entityType: 'token', entityId: '9' }, []],
  ])('finds by %j', async (query, ids) => {
    await using tokens = await testTokens();
    await using audit = await AuditLog.open(tokens.database);
    await changeThings(tokens);
    expect((await audit.listEntries(query)).items.map(({ id }) => id)).toEqual(ids);
  });

  test('goes on from a cursor, also when more is logged meanwhile', async () => {
    await using tokens = await testTokens();
    await using audit = await AuditLog.open(tokens.database);
    await changeThings(tokens);

    const first = await audit.listEntries({ limit: 3 });
    await tokens.storage.createToken({ userId: 'u' });
    const second = await audit.listEntries({ limit: 3, cursor: first.nextCursor ?? '' });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });
});

/** Two accounts and what became of them, by two people, a minute apart each. */
async function changeAccounts({ database, clock }: TestTokens): Promise<void> {
  await using users = await UserStorage.open(database, { now: () => clock.at });
  const [ada, bob] = [{ userId: 'ada' }, { userId: 'bob' }];
  const changes = [
    async () => await users.createUser({ id: 'ada', username: 'ada', role: 'admin' }),
    async () => await users.createUser({ id: 'eve', username: 'eve', role: 'user', actor: ada }),
    async () => await users.changeRole({ userId: 'eve', role: 'viewer', reason: 'looks only', actor: ada }),
    async () => await users.suspendUser({ userId: 'eve', actor: bob }),
    async () => await users.activateUser({ userId: 'eve', actor: ada }),
  ];
  for (const change of changes) {
    await change();
    clock.at += MINUTE;
  }
}

async function storedHash({ database }: TestTokens, id: number): Promise<string | undefined> {
  const ofEntry = 'SELECT hash FROM user_audit_log WHERE id = ?';
  return (await database.reader.statement<[number], { hash: string }>(ofEntry).get(id))?.hash;
}

describe('listUserEntries', () => {
  let tokens: TestTokens;
  let audit: AuditLog;
  beforeAll(async () => {
    tokens = await testTokens();
    audit = await AuditLog.open(tokens.database);
    await changeAccounts(tokens);
  });
  afterAll(async () => await tokens[Symbol.asyncDispose]());

  test('says what was done to an account, by whom, why, and how it was before and after', async () => {
    const { items } = await audit.listUserEntries({ targetUserId: 'eve', operation: 'role_change' });
    expect(items).toEqual([
      {
        id: 3,
        operation: 'role_change',
        targetUserId: 'eve',
        performedBy: 'ada',
        timestamp: TIME + 2 * MINUTE,
        previousState: { role: 'user' },
        newState: { role: 'viewer' },
        reason: 'looks only',
        hash: await storedHash(tokens, 3),
      },
    ]);
  });

  test.each([
    [{}, [5, 4, 3, 2, 1]],
    [{ operation: 'create' }, [2, 1]],
    [{ targetUserId: 'eve' }, [5, 4, 3, 2]],
    [{ performedBy: 'bob' }, [4]],
    [{ performedBy: 'system' }, [1]],
    [{ performedBy: 'ada', targetUserId: 'eve', from: TIME + 2 * MINUTE }, [5, 3]],
    [{ from: TIME + MINUTE, to: TIME + 3 * MINUTE }, [3, 2]],
    [{ targetUserId: 'nobody' }, []],
  ] as const)('finds by %j', async (query, ids) => {
    expect((await audit.listUserEntries(query)).items.map(({ id }) => id)).toEqual(ids);
  });

  test('goes on from a cursor, also when more is logged meanwhile', async () => {
    const first = await audit.listUserEntries({ limit: 3 });
    await using users = await UserStorage.open(tokens.database, { now: () => tokens.clock.at });
    await users.suspendUser({ userId: 'eve' });
    const second = await audit.listUserEntries({ limit: 3, cursor: first.nextCursor ?? '' });

    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('verifyAudit', () => {
  test('finds nothing wrong with what the services wrote', async () => {
    await using tokens = await testTokens();
    await using audit = await AuditLog.open(tokens.database);
    await changeThings(tokens);
    const [newest] = (await audit.listEntries({ limit: 1 })).items;

    expect(await audit.verifyAudit()).toEqual([
      { log: 'audit_log', rows: 5, lastHash: newest?.hash, broken: null },
      { log: 'user_audit_log', rows: 0, lastHash: '0'.repeat(64), broken: null },
    ]);
  });

  test.each([
    ['changed', "UPDATE audit_log SET actor_user_id = 'ada' WHERE id = 2", 2],
    ['taken out', 'DELETE FROM audit_log WHERE id = 3', 4],
  ])('names the first row that does not fit when one was %s around the triggers', async (_, change, brokenId) => {
    await using tokens = await testTokens();
    await using audit = await AuditLog.open(tokens.database);
    await changeThings(tokens);
    for (const trigger of ['audit_log_refuses_update', 'audit_log_refuses_delete']) {
      const sqlite = `DROP TRIGGER ${trigger}`;
      await execute(tokens.database, { sqlite, postgres: `${sqlite} ON audit_log` });
    }
    await execute(tokens.database, change);

    const [log] = await audit.verifyAudit();
    expect(log).toMatchObject({ log: 'audit_log', rows: brokenId === 2 ? 1 : 2, broken: { id: brokenId } });
  });
});
