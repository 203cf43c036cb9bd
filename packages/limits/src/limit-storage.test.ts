import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  InvalidCursorError,
  InvalidInputError,
  loadConfig,
  MigrationsPendingError,
  openSqliteDatabase,
  verifyAudit,
} from '@iron/db';
import { describe, expect, test } from 'vitest';
import { LimitEnforcer } from './limit-enforcer.ts';
import { EmptyLimitError, LimitExistsError, LimitNotFoundError } from './limit-errors.ts';
import {
  aCall,
  contents,
  NOW,
  SECOND,
  type TestLimits,
  testDatabase,
  testLimits,
  withLimit,
} from './limits.fixture.ts';

async function auditOf({ database }: TestLimits) {
  const rows = await database.reader
    .statement<[], { action: string; changes: string }>(
      `SELECT entity_type, entity_id, action, actor_user_id, ip_address, changes, logged_at FROM audit_log ORDER BY id`,
    )
    .all();
  return rows.map((row) => ({ ...row, changes: JSON.parse(row.changes) as unknown }));
}

const NO_MAXIMA = { maxTokensPerDay: null, maxRequestsPerMinute: null, maxCostNanosPerMonth: null };

describe('a limit', () => {
  test('is made, and can be had again', async () => {
    const { limits } = await testLimits();
    const made = await limits.createLimit({ userId: 'ann', projectId: 'red', maxCostNanosPerMonth: 5 });
    expect(made).toEqual({
      id: 1,
      userId: 'ann',
      projectId: 'red',
      timeZone: 'UTC',
      counters: {
        tokens: { max: null, windowStartedAt: Date.UTC(2026, 2, 10), settled: 0, held: 0, overage: 0 },
        requests: { max: null, windowStartedAt: NOW - 20 * SECOND, settled: 0, held: 0, overage: 0 },
        cost: { max: 5, windowStartedAt: Date.UTC(2026, 2, 1), settled: 0, held: 0, overage: 0 },
      },
      createdAt: NOW,
      updatedAt: NOW,
      states: [
        {
          limitId: 1,
          userId: 'ann',
          projectId: 'red',
          dimension: 'cost',
          max: 5,
          settled: 0,
          held: 0,
          overage: 0,
          left: 5,
          windowStartedAt: Date.UTC(2026, 2, 1),
          resetsAt: Date.UTC(2026, 3, 1),
        },
      ],
    });
    expect(await limits.getLimit(1)).toEqual(made);
    expect((await limits.listLimits()).items).toEqual([made]);
  });

  test('exists once for a user, and once for a user in a project', async () => {
    const { limits } = await testLimits();
    const create = (projectId: string | null) => limits.createLimit({ userId: 'ann', projectId, maxTokensPerDay: 1 });
    await create(null);
    await create('red');
    await expect(create(null)).rejects.toThrow('ann has a limit already: 1.');
    await expect(create('red')).rejects.toThrow('ann in red has a limit already: 2.');
    const [one, other] = await Promise.allSettled([create('blue'), create('blue')]);
    expect(one.status).toBe('fulfilled');
    expect(other).toMatchObject({ status: 'rejected', reason: expect.any(LimitExistsError) as unknown });
  });

  test('has to limit something', async () => {
    const { limits } = await testLimits();
    await expect(limits.createLimit({ userId: 'ann' })).rejects.toThrow(EmptyLimitError);
    await expect(limits.createLimit({ userId: 'ann', ...NO_MAXIMA })).rejects.toThrow(EmptyLimitError);
    await limits.createLimit({ userId: 'ann', maxTokensPerDay: 0 }); // nothing is allowed
    expect(await limits.checkTokensAllowed({ userId: 'ann', tokens: 1 })).toBe(false);
  });

  test('that is not there is an error that names it', async () => {
    const t = await withLimit();
    const before = await contents(t.database);
    await expect(t.limits.getLimit(7)).rejects.toThrow('There is no limit 7.');
    await expect(t.limits.updateLimit({ limitId: 7, maxTokensPerDay: 1 })).rejects.toThrow(LimitNotFoundError);
    await expect(t.limits.deleteLimit({ limitId: 7 })).rejects.toThrow(LimitNotFoundError);
    expect(await contents(t.database)).toEqual(before);
  });

  test('refuses fields that it does not know and values that are none (bifrost#5673)', async () => {
    const t = await withLimit();
    const before = await contents(t.database);
    const create = (limit: object) => t.limits.createLimit({ userId: 'bob', maxTokensPerDay: 1, ...limit });
    await expect(create({ budget: 5 })).rejects.toThrow('createLimit: there is no field budget');
    await expect(create({ maxTokensPerDay: -1 })).rejects.toThrow('createLimit: maxTokensPerDay');
    await expect(create({ maxCostNanosPerMonth: 0.5 })).rejects.toThrow('createLimit: maxCostNanosPerMonth');
    await expect(create({ maxRequestsPerMinute: 2 ** 53 })).rejects.toThrow('createLimit: maxRequestsPerMinute');
    await expect(create({ projectId: '' })).rejects.toThrow('createLimit: projectId');
    await expect(create({ actor: { name: 'eve' } })).rejects.toThrow('createLimit: actor');
    const update = (changes: object) => t.limits.updateLimit({ limitId: 1, ...changes });
    await expect(update({ maxTokens: 5 })).rejects.toThrow('updateLimit: there is no field maxTokens');
    await expect(update({ userId: 'bob' })).rejects.toThrow('updateLimit: there is no field userId');
    await expect(t.limits.getLimit(0)).rejects.toThrow(InvalidInputError);
    await expect(t.limits.limitStates({ userId: '' })).rejects.toThrow('limitStates: userId');
    expect(await contents(t.database)).toEqual(before);
  });

  test('shows its state in each dimension that it limits, together with that of the project', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxCostNanosPerMonth: 1_000 });
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxRequestsPerMinute: 3 });
    await t.limits.hold(aCall({ requestId: 'one', projectId: 'red', tokens: 60, costNanos: 5 }));
    await t.limits.settle({ requestId: 'one', tokens: 50, costNanos: 5 });
    await t.limits.hold(aCall({ projectId: 'red', tokens: 20 }));

    const states = await t.limits.limitStates({ userId: 'ann', projectId: 'red' });

    const shown = states.map(({ limitId, dimension, max, settled, held, overage, left, windowStartedAt, resetsAt }) => [
      [limitId, dimension, max, settled, held, overage, left],
      [windowStartedAt, resetsAt],
    ]);
    expect(shown).toEqual([
      [
        [1, 'tokens', 100, 50, 20, 0, 30],
        [Date.UTC(2026, 2, 10), Date.UTC(2026, 2, 11)],
      ],
      [
        [1, 'cost', 1_000, 5, 0, 0, 995],
        [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)],
      ],
      [
        [2, 'requests', 3, 1, 1, 0, 1],
        [NOW - 20 * SECOND, NOW + 40 * SECOND],
      ],
    ]);
    expect(await t.limits.limitStates({ userId: 'nobody' })).toEqual([]);
  });
});

describe('a list of limits', () => {
  test('goes on where the page before ended, also when one of them is gone', async () => {
    const { limits } = await testLimits();
    for (const userId of ['ann', 'bob', 'cem', 'dan', 'eve']) await limits.createLimit({ userId, maxTokensPerDay: 1 });

    const first = await limits.listLimits({ limit: 2 });
    await limits.deleteLimit({ limitId: 2 });
    const second = await limits.listLimits({ limit: 2, cursor: first.nextCursor ?? '' });
    const third = await limits.listLimits({ limit: 2, cursor: second.nextCursor ?? '' });

    const users = [first, second, third].map(({ items }) => items.map(({ userId }) => userId));
    expect(users).toEqual([['ann', 'bob'], ['cem', 'dan'], ['eve']]);
    expect(third.nextCursor).toBeNull();
  });

  test('is that of a user, or of a project', async () => {
    const { limits } = await testLimits();
    for (const [userId, projectId] of [
      ['ann', null],
      ['ann', 'red'],
      ['bob', 'red'],
    ] as const)
      await limits.createLimit({ userId, projectId, maxTokensPerDay: 1 });
    const ids = async (wanted: object) => (await limits.listLimits(wanted)).items.map(({ id }) => id);
    expect(await ids({ userId: 'ann' })).toEqual([1, 2]);
    expect(await ids({ projectId: 'red' })).toEqual([2, 3]);
    expect(await ids({ userId: 'bob', projectId: 'red' })).toEqual([3]);
    expect(await ids({ userId: 'cem' })).toEqual([]);
  });

  test('refuses a cursor that it did not give', async () => {
    const { limits } = await testLimits();
    for (const cursor of ['', '!', 'bm90IGpzb24', Buffer.from('"1"').toString('base64url')])
      await expect(limits.listLimits({ cursor })).rejects.toThrow(InvalidCursorError);
    await expect(limits.listLimits({ limit: 0 })).rejects.toThrow(InvalidInputError);
    await expect(limits.listLimits({ limit: 1001 })).rejects.toThrow(InvalidInputError);
  });
});

describe('the audit log', () => {
  test('has a row for every change to a limit, with who asked for it', async () => {
    const t = await testLimits();
    const actor = { userId: 'root', ipAddress: '10.0.0.1' };
    await t.limits.createLimit({ userId: 'ann', projectId: 'red', maxTokensPerDay: 100, actor });
    t.clock.time += SECOND;
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: null, maxRequestsPerMinute: 5 });
    await t.limits.deleteLimit({ limitId: 1, actor });

    const created = { userId: 'ann', projectId: 'red', timeZone: 'UTC', ...NO_MAXIMA, maxTokensPerDay: 100 };
    const updated = { ...created, maxTokensPerDay: null, maxRequestsPerMinute: 5 };
    const about = { entity_type: 'limit', entity_id: '1' };
    const byRoot = { actor_user_id: 'root', ip_address: '10.0.0.1' };
    const byNobody = { actor_user_id: null, ip_address: null };
    expect(await auditOf(t)).toEqual([
      { ...about, action: 'create', ...byRoot, changes: created, logged_at: NOW },
      {
        ...about,
        action: 'update',
        ...byNobody,
        changes: { before: created, after: updated },
        logged_at: NOW + SECOND,
      },
      { ...about, action: 'delete', ...byRoot, changes: { before: updated }, logged_at: NOW + SECOND },
    ]);
    expect((await verifyAudit(t.database.reader))[0]).toMatchObject({ rows: 3, broken: null });
  });

  test('has none for a change that was refused, nor for calls', async () => {
    const t = await withLimit();
    await t.limits.createLimit({ userId: 'ann', maxTokensPerDay: 5 }).catch(() => undefined);
    await t.limits.updateLimit({ limitId: 1, maxTokensPerDay: null }).catch(() => undefined);
    await t.limits.hold(aCall());
    expect((await auditOf(t)).map(({ action }) => action)).toEqual(['create']);
  });
});

describe('an enforcer', () => {
  test('leaves a database open that it was given', async () => {
    const database = await testDatabase();
    {
      await using _limits = await LimitEnforcer.open(database);
    }
    expect(await database.reader.statement('SELECT 1 AS open').get()).toEqual({ open: 1 });
  });

  test('closes the database that it opened', async () => {
    const limits = await LimitEnforcer.open('sqlite::memory:');
    await limits.close();
    await expect(limits.listLimits()).rejects.toThrow('The database connection is not open');
    await expect(limits.hold(aCall())).rejects.toThrow('The database connection is not open');
  });

  test('opens the database that a configuration describes, and counts by the clock that it is given', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'iron-limits-'));
    const url = `sqlite://${join(folder.path, 'tokens.db')}?mode=rwc`;
    const config = loadConfig({ environment: { IRON_ENV: 'development', DATABASE_URL: url } });
    await using limits = await LimitEnforcer.fromConfigObject(config, { now: () => NOW });
    expect(await limits.createLimit({ userId: 'ann', maxTokensPerDay: 1 })).toMatchObject({ id: 1, createdAt: NOW });
  });

  test('does not work on another schema than its own', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await expect(LimitEnforcer.open(database)).rejects.toThrow(MigrationsPendingError);
    await using limits = await LimitEnforcer.open(database, { autoMigrate: true });
    expect(await limits.listLimits()).toEqual({ items: [], nextCursor: null });
  });

  test('names each counter that says something else than the open holds', async () => {
    const t = await withLimit({ maxTokensPerDay: 100, maxCostNanosPerMonth: 100 });
    await t.limits.hold(aCall({ tokens: 30, costNanos: 20 }));
    expect(await t.limits.verifyHeld()).toEqual([]);
    await t.database.reader.statement('UPDATE usage_limits SET tokens_held = 31, cost_held_nanos = 19').run();
    expect(await t.limits.verifyHeld()).toEqual([
      { limitId: 1, dimension: 'cost', counted: 19, holds: 20 },
      { limitId: 1, dimension: 'tokens', counted: 31, holds: 30 },
    ]);
  });
});
