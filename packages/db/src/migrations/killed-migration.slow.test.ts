import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { databaseFolder } from '../lifecycle/database-folder.fixture.ts';
import { openRaw } from '../lifecycle/made-database.fixture.ts';
import { applyAllMigrations } from './apply-all-migrations.ts';
import { readGuards } from './guard-table.ts';
import { LONG, LONG_ROWS } from './migrate-program.fixture.ts';
import { ironMigrations, ironMigrationsAnd } from './migration-files.fixture.ts';
import { planMigrations } from './migration-plan.ts';

const PROGRAM = new URL('./migrate-program.fixture.ts', import.meta.url);
const KILLS = 12;

/** Runs the long migrations in a process of its own, for so many milliseconds at most; says whether they were done. */
async function migrateFor(path: string, ms: number): Promise<boolean> {
  await using program = startProgram(PROGRAM, path, 'long');
  expect(await program.nextLine()).toBe('ready');
  program.say('go');
  return await Promise.race([program.nextLine().then(() => true), sleep(ms, false)]);
}

/** The rows of the long tables, or `null` where there is no such table. */
function longRows(path: string): Record<string, unknown> {
  using database = openRaw(path);
  const count = (table: string) => {
    const found = database.connection.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table);
    return found ? database.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() : null;
  };
  return { parents: count('long_parents'), children: count('long_children'), new: count('long_new') };
}

test('a migration that is killed in its middle is there as a whole or not at all, and the next run completes it', async () => {
  const migrations = ironMigrationsAnd(LONG);
  const lasts = await measure();
  const numbers: number[] = [];

  for (let kill = 0; kill < KILLS; kill += 1) {
    using folder = databaseFolder();
    await migrateFor(folder.database, ((kill + Math.random()) / KILLS) * lasts);

    using database = await openSqliteDatabase({ kind: 'file', path: folder.database, mode: 'rwc' });
    const { applied, pending } = planMigrations(database, migrations); // compares the whole structure with the guards
    expect(applied.length + pending.length).toBe(migrations.length);
    const rows = applied.length <= ironMigrations().length ? null : LONG_ROWS;
    expect(longRows(folder.database)).toEqual({ parents: rows, children: rows, new: null });

    await applyAllMigrations(database, { migrations });
    expect(readGuards(database.connection)).toHaveLength(migrations.length);
    expect(longRows(folder.database)).toEqual({ parents: LONG_ROWS, children: LONG_ROWS, new: null });
    expect(database.connection.pragma('integrity_check', { simple: true })).toBe('ok');
    numbers.push(applied.length);
  }

  expect(new Set(numbers).size).toBeGreaterThan(1);
});

/** How long the long migrations take when nobody kills them. */
async function measure(): Promise<number> {
  using folder = databaseFolder();
  const start = performance.now();
  expect(await migrateFor(folder.database, 60_000)).toBe(true);
  return performance.now() - start;
}
