import { describe, expect, test } from 'vitest';
import type { DatabaseLocation } from '../connection/database-url.ts';
import { emptyDatabase } from '../postgres/backup/backed-up.fixture.ts';
import { databaseFolder } from './database-folder.fixture.ts';
import type { DatabaseLifecycle } from './database-lifecycle.ts';
import { lifecycleOf } from './lifecycle-of.ts';

const DEVELOPMENT = { environment: 'development' } as const;
const ROWS = { users: 3, api_tokens: 3, token_usage: 7, usage_limits: 3 };

/** The whole life of a database, and what is said of each part of it. */
async function live(life: DatabaseLifecycle): Promise<Record<string, object>> {
  return {
    planned: await life.plan(),
    migrated: await life.migrate(DEVELOPMENT),
    seeded: await life.seed(DEVELOPMENT),
    backedUp: await life.backup(),
    reset: await life.reset({ ...DEVELOPMENT, seed: false }),
    restored: await life.restore({ ...DEVELOPMENT, from: 'last' }),
    resetAndSeeded: await life.reset({ ...DEVELOPMENT, seed: true }),
    checked: await life.checkSeed(),
    status: await life.status(),
    verified: await life.verify(DEVELOPMENT),
    inspected: await life.inspect(),
    rows: await life.inspectTable({ table: 'users', limit: 2 }),
    pruned: await life.prune({ keep: 2 }),
    backups: { all: await life.backups() },
  };
}

const EXPECTED = {
  planned: { applied: [] },
  migrated: { backup: null },
  seeded: { users: 3, tokens: 3, usageRecords: 7, limits: 3 },
  backedUp: { reason: 'manual', sequence: 1, rows: ROWS },
  reset: { setAside: null, backup: { reason: 'reset', sequence: 2, rows: ROWS } },
  restored: { setAside: null, pending: [], problem: null, rows: ROWS, backup: { reason: 'restore', sequence: 3 } },
  resetAndSeeded: { backup: { sequence: 4, rows: ROWS } },
  checked: { drift: [] },
  status: { tables: 11, indexes: 32, pending: [], problem: null, identity: { environment: 'development' } },
  verified: { passed: true },
  rows: { table: 'users', total: 3, rows: [{}, {}] },
  pruned: { deleted: [{ sequence: 2 }, { sequence: 1 }], kept: [{ sequence: 4 }, { sequence: 3 }] },
  backups: { all: [{ sequence: 4, verified: true }, { sequence: 3 }] },
};

describe('the life of a database', () => {
  test('is the same on both engines, and so is what a program reads of it', async () => {
    using folder = databaseFolder();
    const server = await emptyDatabase();
    const file: DatabaseLocation = { kind: 'file', path: folder.database, mode: 'rwc' };

    const onFile = await live(lifecycleOf(file));
    const onServer = await live(lifecycleOf(server.location, server));

    expect(onFile).toMatchObject(EXPECTED);
    expect(onServer).toMatchObject(EXPECTED);
    expect(keysOf(onServer)).toEqual(keysOf(onFile));
  });
});

/** Backups of a server's database say more of themselves: what proves an archive, and what is in it. */
const OF_ARCHIVES = ['checksum', 'migrations'];

/** The keys of everything that is said, by where it is said. */
function keysOf(said: unknown): unknown {
  if (Array.isArray(said)) return keysOf(said[0]);
  if (typeof said !== 'object' || said === null) return undefined;
  const isBackup = 'sequence' in said;
  const entries = Object.entries(said).filter(([key]) => !(isBackup && OF_ARCHIVES.includes(key)));
  return Object.fromEntries(entries.map(([key, value]) => [key, keysOf(value)]));
}
