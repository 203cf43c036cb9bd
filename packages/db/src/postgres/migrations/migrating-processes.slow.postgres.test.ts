import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '@iron/test-program';
import { expect, onTestFinished, test } from 'vitest';
import { following } from '../../migrations/migration-files.fixture.ts';
import { emptyDatabase, type EmptyDatabase, migratedEmptyDatabase } from './empty-database.fixture.ts';
import { LONG } from './migrate-program.fixture.ts';
import { readPostgresGuards } from './postgres-guards.ts';
import { planPostgresMigrations } from './postgres-migration-plan.ts';
import { postgresMigrations, postgresMigrationsAnd } from './postgres-migrations.fixture.ts';

const PROGRAM = new URL('./migrate-program.fixture.ts', import.meta.url);
const PROCESSES = 4;

/** For backups, to the end of the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'iron-backups-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test.each([0, 4])(
  'of processes that migrate a database of %i migrations at once, one applies the rest',
  async (count) => {
    const database = count === 0 ? await emptyDatabase() : await migratedEmptyDatabase(count);
    await using running = new AsyncDisposableStack();
    const programs = Array.from({ length: PROCESSES }, () =>
      running.use(startProgram(PROGRAM, database.url, folder())),
    );
    for (const program of programs) expect(await program.nextLine()).toBe('ready');
    for (const program of programs) program.say('go');

    const answers = await Promise.all(programs.map((program) => program.nextLine()));

    const files = postgresMigrations()
      .slice(count)
      .map(({ file }) => file);
    expect(answers.toSorted((one = '', other = '') => one.length - other.length)).toEqual([
      '',
      '',
      '',
      files.join(' '),
    ]);
    expect((await planPostgresMigrations(database)).pending).toEqual([]);
  },
);

const IN_THE_LONG_STATEMENT = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND query LIKE 'UPDATE agents SET name%' AND state = 'active'`;

async function untilLongStatement({ query }: EmptyDatabase): Promise<void> {
  while ((await query(IN_THE_LONG_STATEMENT)).length === 0) await sleep(5);
}

test('a migration that is killed in its middle leaves nothing, also no lock, and the next run completes it', async () => {
  const database = await migratedEmptyDatabase();
  const agent =
    "INSERT INTO agents (name, created_at) SELECT 'agent ' || i, 1750000000000 FROM generate_series(1, 60) AS i";
  await database.query(agent);
  const before = await database.contents();
  await using program = startProgram(PROGRAM, database.url, folder(), 'long');
  expect(await program.nextLine()).toBe('ready');
  program.say('go');
  await untilLongStatement(database);
  await program.kill();

  const short = postgresMigrationsAnd({ [following('long')]: 'CREATE TABLE long_after (id bigint PRIMARY KEY);' });
  // The statement would have gone on for a minute: the server notices that nobody waits for it.
  const { applied } = await database.migrate({ migrations: short, waitMs: 30_000 });

  expect(applied).toEqual([following('long')]);
  expect(await database.query("SELECT to_regclass('long_rows') AS rows")).toEqual([{ rows: null }]);
  await database.query(`DROP TABLE long_after, _migration_${following('long').slice(0, 3)}_completed`);
  expect(await database.contents()).toEqual(before);
});

test('a migration whose connection the server ends says so, leaves nothing, and the next run completes it', async () => {
  const database = await migratedEmptyDatabase();
  await database.query("INSERT INTO agents (name, created_at) VALUES ('first', 1750000000000)");
  const before = await database.contents();
  const migrations = postgresMigrationsAnd(LONG);
  const migrating = database.migrate({ migrations });
  migrating.catch(() => undefined);
  await untilLongStatement(database);
  await database.query(IN_THE_LONG_STATEMENT.replace('SELECT FROM', 'SELECT pg_terminate_backend(pid) FROM'));

  await expect(migrating).rejects.toMatchObject({ code: 'database.unreachable' });
  expect(await database.contents()).toEqual(before);
  expect((await database.migrate({ migrations })).applied).toEqual([following('long')]);
  expect(await readPostgresGuards(database.query)).toHaveLength(migrations.length);
});
