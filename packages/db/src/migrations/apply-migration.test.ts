import { describe, expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { applyMigration } from './apply-migration.ts';
import { readGuards } from './guard-table.ts';
import { following, followingNumber, ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';
import { structureAfter } from './replay-migrations.ts';

const MARK = { environment: 'test', now: 1_750_000_000_000 } as const;

describe('a migration that builds something else than expected', () => {
  test('is refused after it ran, by what differs', async () => {
    using database = await openSqliteDatabase('sqlite::memory:');
    await applyAllMigrations(database);
    const migrations = ironMigrationsAnd({ [following('next')]: 'CREATE TABLE next (x INTEGER) STRICT;' });
    const next = migrations.at(-1);
    if (!next) throw new Error(`There is no migration ${followingNumber()}.`);

    const apply = () =>
      applyMigration(database.connection, next, MARK, structureAfter(migrations, migrations.length - 1));

    expect(() => database.transact(apply)).toThrow(
      expect.objectContaining({
        code: 'migration.structure_drift',
        message:
          `Migration ${following('next')} was rolled back: with it, the structure of :memory: is not what the migrations build: ` +
          `table _migration_${followingNumber()}_completed should not be there; table next should not be there.`,
      }),
    );
    expect(readGuards(database.connection)).toHaveLength(migrations.length - 1);
  });
});

describe('structureAfter', () => {
  test('knows what the first so many migrations build, from none to all', () => {
    const migrations = ironMigrations();
    const tables = (count: number) => structureAfter(migrations, count).tables.map(({ name }) => name);
    expect(tables(0)).toEqual([]);
    expect(tables(1).join(' ')).toBe(
      '_iron _migration_001_completed api_call_traces api_tokens audit_log token_usage usage_limits',
    );
    expect(tables(7)).toHaveLength(12 + 7);
  });

  test('knows no more than there is', () => {
    expect(() => structureAfter(ironMigrations(2), 3)).toThrow('There are 2 migrations, not 3.');
  });
});
