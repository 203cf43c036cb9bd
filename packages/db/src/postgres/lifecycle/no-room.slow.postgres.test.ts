import { readdirSync } from 'node:fs';
import { startLimitedProgram } from '@iron/test-program';
import { expect, test } from 'vitest';
import { backupPostgresDatabase, listPostgresBackups } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import type { PostgresLifecycleCommand } from './postgres-lifecycle-program.fixture.ts';
import { resetPostgresDatabase } from './reset-postgres-database.ts';

const PROGRAM = new URL('./postgres-lifecycle-program.fixture.ts', import.meta.url);

/** Of 512 bytes: less than the backup of these users needs. */
const BLOCKS = 40;
const FEW = 2_000;
/** More than stands in the buffers of a connection that nobody reads any more. */
const MANY = 60_000;

async function withUsers(count: number): Promise<PostgresOfTest> {
  const database = await migratedDatabase();
  await database.ask(
    `INSERT INTO users (id, username, role, created_at)
     SELECT md5(i::text), md5('name' || i), 'viewer', ${NOW} FROM generate_series(1, ${count}) AS i; SELECT 1`,
  );
  return database;
}

/** In a process that cannot write a file beyond that: to a program this looks like a full disk. */
async function runLimited(command: PostgresLifecycleCommand, { url, folder }: PostgresOfTest): Promise<string[]> {
  await using program = startLimitedProgram(`trap '' XFSZ; ulimit -f ${BLOCKS}`, PROGRAM, command);
  await program.nextLine();
  program.say(`${url}\t${folder}`);
  return await program.remainingLines();
}

test.each([
  ['backup', FEW],
  ['reset', MANY],
  ['restore', FEW],
] as const)(
  'a %s without room for its backup of %i users fails, and nothing is lost or left behind',
  async (command, users) => {
    const database = await withUsers(users);
    const { path } = await backupPostgresDatabase(database);
    const files = readdirSync(`${database.folder}/backups`);
    const contents = "SELECT schema_to_xml('public', true, false, '')::text AS rows";
    const before = await database.ask(contents);

    const [code, message] = await runLimited(command, database);

    expect(code).toBe('database.io_failed');
    expect(message).toContain('EFBIG');
    expect(await database.ask(contents)).toEqual(before);
    expect(readdirSync(`${database.folder}/backups`)).toEqual(files);
    expect(listPostgresBackups(database)).toMatchObject([{ path, verified: true }]);
    expect(await database.ask("SELECT FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);

    const { backup } = await resetPostgresDatabase({ ...database, seed: false, environment: 'development' });
    expect(backup?.rows['users']).toBe(users);
  },
);
