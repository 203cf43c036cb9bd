import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { backupPostgresDatabase } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { restorePostgresDatabase } from './restore-postgres-database.ts';

const PROGRAM = fileURLToPath(new URL('restore-program.fixture.ts', import.meta.url));
const USERS = 'SELECT username FROM users ORDER BY username';
const OLD = [{ username: 'old' }];
const CHANGED = [{ username: 'later' }, { username: 'old' }];

const addUser = async (database: PostgresOfTest, name: string) =>
  await database.ask(
    `INSERT INTO users (id, username, role, created_at) VALUES ('${name}', '${name}', 'admin', ${NOW}); SELECT 1`,
  );

/** @returns how long it ran from when it began, if it was not killed before its end */
async function restoreAndKill(database: PostgresOfTest, from: string, afterMs: number): Promise<number | undefined> {
  const child = spawn(process.execPath, [PROGRAM, database.url, database.folder, from], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const begun = performance.now();
  await Promise.race([sleep(afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
  return child.exitCode === 0 ? performance.now() - begun : undefined;
}

test('a restore that is killed at any moment leaves the database as it was or as it is to be, whole, and the next sweeps up', async () => {
  const database = await migratedDatabase();
  await addUser(database, 'old');
  const { path } = await backupPostgresDatabase(database);
  await addUser(database, 'later');
  const lasts = (await restoreAndKill(database, path, 60_000)) ?? 0;
  expect(await database.ask(USERS)).toEqual(OLD);
  const found = new Set<string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    if ((await database.ask(USERS)).length === 1) await addUser(database, 'later');
    await restoreAndKill(database, path, (lasts * (kill + Math.random())) / KILLS);
    const users = await database.ask(USERS);
    expect([OLD, CHANGED]).toContainEqual(users);
    expect(await database.ask("SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'")).toEqual([
      { tables: 31 },
    ]);
    found.add(JSON.stringify(users));
  }
  expect(found).toContain(JSON.stringify(CHANGED));

  await restorePostgresDatabase({ ...database, from: path, environment: 'development' });

  expect(await database.ask(USERS)).toEqual(OLD);
  expect(await database.ask("SELECT nspname FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
});

const KILLS = 20;
