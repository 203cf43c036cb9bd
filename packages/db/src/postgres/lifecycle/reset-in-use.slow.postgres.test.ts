import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { DatabaseInUseError } from '../../connection/connection-errors.ts';
import { parsePostgresUrl } from '../../connection/parse-postgres-url.ts';
import { refusalOf } from '../../lifecycle/refusal.fixture.ts';
import { backupPostgresDatabase } from '../backup/backup-postgres-database.ts';
import { migratedDatabase, NOW, type PostgresOfTest } from '../backup/backed-up.fixture.ts';
import { requireOwnSession } from '../maintenance/require-own-session.ts';
import { LIFECYCLE_APPLICATION } from '../../connection/lifecycle-application.ts';
import { inspectPostgresDatabase } from '../verify/inspect-postgres-database.ts';
import { postgresDatabaseStatus } from '../verify/postgres-database-status.ts';
import { migratePostgresDatabase, planPostgresMigration } from './migrate-postgres-database.ts';
import { resetPostgresDatabase, type PostgresResetOptions } from './reset-postgres-database.ts';

const reset = async (database: PostgresOfTest, options: Partial<PostgresResetOptions> = {}) =>
  await resetPostgresDatabase({ ...database, seed: false, environment: 'development', ...options });

const userSql = (name: string) =>
  `INSERT INTO users (id, username, role, created_at) VALUES ('${name}', '${name}', 'admin', ${NOW})`;

const countUsers = async ({ ask }: PostgresOfTest) =>
  Number((await ask('SELECT count(*)::int AS users FROM users'))[0]?.['users']);

/** Whatever it failed of, other than that somebody uses the database. */
function otherFailures(settled: readonly PromiseSettledResult<unknown>[]): unknown[] {
  const reasons = settled.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  return reasons.filter((reason) => !(reason instanceof DatabaseInUseError));
}

async function connected(database: PostgresOfTest, application = 'writer'): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: database.url, application_name: application });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: async () => await client.end() });
}

describe('a reset of a PostgreSQL database that is written to meanwhile', () => {
  test('waits for what was begun before, and has it in the backup, whatever the isolation that is set', async () => {
    const database = await migratedDatabase();
    await database.ask(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''',
         current_database()); END $$; SELECT 1`,
    );
    // Named as one that is not counted: as if it had come after the others were.
    await using writer = await connected(database, LIFECYCLE_APPLICATION);
    await writer.query(`BEGIN; ${userSql('acknowledged')}`);

    const resetting = reset(database);
    await untilWaiting(writer);
    await writer.query('COMMIT');

    expect((await resetting).backup?.rows['users']).toBe(1);
    expect(await countUsers(database)).toBe(0);
  });

  test('is refused where somebody has connected while it was made, and nothing changes', async () => {
    const database = await migratedDatabase();
    await database.ask(`${userSql('old')}; SELECT 1`);
    await using late = new AsyncDisposableStack();
    let connecting: Promise<unknown> | undefined;

    const refused = await refusalOf(
      reset(database, {
        onProgress: () => void (connecting ??= connected(database, 'latecomer').then((client) => late.use(client))),
      }),
    );

    await connecting;
    expect(refused.code).toBe('database.in_use');
    expect(refused.message).toContain('(latecomer at ');
    expect(await countUsers(database)).toBe(1);
    expect(await database.ask("SELECT FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
  });

  test('is refused where it was marked as one of production while it was made', async () => {
    const database = await migratedDatabase();
    await database.ask(`${userSql('old')}; SELECT 1`);
    let marking: Promise<unknown> | undefined;
    const mark = "UPDATE _iron SET environment = 'production'; SELECT 1";

    const refused = await refusalOf(reset(database, { onProgress: () => void (marking ??= database.ask(mark)) }));

    await marking;
    expect(refused.code).toBe('lifecycle.production_refused');
    expect(await countUsers(database)).toBe(1);
    expect(await database.ask("SELECT FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
  });

  test('loses no row that was acknowledged, whenever it was written: it is there, or in a backup', async () => {
    const database = await migratedDatabase();
    let kept = 0; // in backups of databases that were replaced
    for (let round = 0; round < ROUNDS; round += 1) {
      const writing: Promise<unknown>[] = [];
      let steps = 0;
      const onProgress = () => {
        if (steps === round * STEPS_A_ROUND) writing.push(database.ask(`${userSql(`u${round}`)}; SELECT 1`));
        steps += 1;
      };

      const [outcome] = await Promise.allSettled([reset(database, { onProgress })]);
      await Promise.all(writing);

      expect(otherFailures([outcome])).toEqual([]);
      kept += outcome.status === 'fulfilled' ? (outcome.value.backup?.rows['users'] ?? 0) : 0;
      expect(writing).toHaveLength(1);
      expect(kept + (await countUsers(database))).toBe(round + 1);
    }
  });
});

/** The first one writes before the tables are taken, the last ones while and after their rows are read. */
const ROUNDS = 6;
const STEPS_A_ROUND = 11;

async function untilWaiting(client: Client): Promise<void> {
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  for (let tries = 0; tries < 2_000; tries += 1) {
    if ((await client.query(waiting)).rowCount !== 0) return;
    await sleep(10);
  }
  throw new Error('The reset does not wait for the writer.');
}

/** Looks at it in each way that there is, one after the other, until `work` is done. */
async function lookedAt<T>({ location }: PostgresOfTest, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const look = async () => {
    while (!done.signal.aborted) {
      await postgresDatabaseStatus(location);
      await inspectPostgresDatabase(location);
      await planPostgresMigration(location);
      await requireOwnSession(location);
    }
  };
  const [result] = await Promise.all([work.finally(() => done.abort()), look()]);
  return result;
}

test('of two resets at once one waits for the other, whoever looks meanwhile, and resets what it has made', async () => {
  const database = await migratedDatabase();
  await database.ask(`${userSql('old')}; SELECT 1`);

  const reports = await lookedAt(
    database,
    Promise.all([reset(database, { seed: true }), reset(database, { seed: true })]),
  );

  const backups = reports.map(({ backup }) => backup?.rows['users']);
  expect([
    [1, 3],
    [3, 1],
  ]).toContainEqual(backups);
  expect(await countUsers(database)).toBe(3);
  expect(await database.ask("SELECT FROM pg_namespace WHERE nspname ~ '^_iron'")).toEqual([]);
});

test('resets, a backup and a migration that are begun at once run one after the other', async () => {
  const { url, ...database } = await migratedDatabase();
  const location = parsePostgresUrl(`${url}?application_name=nightly`, database.folder, {});
  const options = { ...database, location, environment: 'development' } as const;

  const [, , backup] = await Promise.all([
    resetPostgresDatabase({ ...options, seed: true }),
    resetPostgresDatabase({ ...options, seed: true }),
    backupPostgresDatabase(options),
    migratePostgresDatabase(options),
    lookedAt({ ...options, url }, migratePostgresDatabase(options)),
  ]);

  expect([undefined, 0, 3]).toContain(backup.rows['users']);
  expect(await countUsers({ ...database, url })).toBe(3);
});
