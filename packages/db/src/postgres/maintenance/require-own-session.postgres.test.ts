import { describe, expect, test } from 'vitest';
import { ADVISORY_LOCKS_HERE } from '../advisory-locks.fixture.ts';
import { emptyDatabase, migratedEmptyDatabase } from '../migrations/empty-database.fixture.ts';
import { locationOf, postgresMigrations } from '../migrations/postgres-migrations.fixture.ts';
import { applyPostgresMigrations } from '../migrations/apply-postgres-migrations.ts';
import { requirePostgresMigrated } from '../migrations/postgres-migration-plan.ts';
import { transactionPooler } from './transaction-pooler.fixture.ts';

describe('a pooler that gives each transaction another connection', () => {
  test.each([
    [1, 'newest'],
    [2, 'newest'],
    [2, 'oldest'],
    [5, 'newest'],
    [5, 'oldest'],
  ] as const)('is refused, with %i connections of which it lends the %s first', async (connections, lends) => {
    const database = await emptyDatabase();
    const location = locationOf(await transactionPooler(database.url, { connections, lends }));

    const migrating = applyPostgresMigrations({ location }, {});

    await expect(migrating).rejects.toMatchObject({
      code: 'database.transaction_pooler',
      hint: expect.stringContaining('DIRECT') as unknown,
    });
    expect(await database.query("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([]);
    await expect.poll(async () => await database.query(ADVISORY_LOCKS_HERE)).toEqual([]);
  });

  test('is good enough to see that nothing is pending', async () => {
    const database = await migratedEmptyDatabase();
    const location = locationOf(await transactionPooler(database.url, { lends: 'oldest' }));
    expect(await applyPostgresMigrations({ location }, {})).toEqual({ applied: [], backup: null });
    await requirePostgresMigrated({ location, path: database.path });
  });
});

test.each([1, 2, 4])('a pooler that keeps its %i connections for sessions is as good as none', async (connections) => {
  const database = await emptyDatabase();
  const location = locationOf(await transactionPooler(database.url, { connections, session: true }));
  const { applied } = await applyPostgresMigrations({ location }, {});
  expect(applied).toHaveLength(postgresMigrations().length);
});
