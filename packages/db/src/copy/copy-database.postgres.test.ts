import { describe, expect, test } from 'vitest';
import { appendToAuditLog } from '../audit/audit-log.ts';
import { openDatabase } from '../connection/open-database.ts';
import { openSqliteDatabase } from '../connection/open-sqlite-database.ts';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { requireMigratedDatabase } from '../migrations/require-migrated-database.ts';
import { ADVISORY_LOCKS_HERE } from '../postgres/advisory-locks.fixture.ts';
import { transactionPooler } from '../postgres/maintenance/transaction-pooler.fixture.ts';
import { ask as askAt } from '../postgres/notes.fixture.ts';
import { insertRow, TIME } from '../schema/valid-rows.fixture.ts';
import {
  addUsage,
  contentOf,
  emptyPostgres,
  makeInstallation,
  temporaryFolder,
} from './copied-installation.fixture.ts';
import { copyDatabase } from './copy-database.ts';
import { CopyUnderWayError, CopyUnfinishedError } from './copy-errors.ts';
import { openPostgresTarget } from './postgres-end.ts';

const environment = 'development';

test('an installation goes to PostgreSQL and back, and every row is as it was', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
  await makeInstallation(from, { usage: 5_000 });
  const before = contentOf(from);

  const there = await copyDatabase({ from, to: server.location, environment });
  const again = await copyDatabase({ from: server.location, to: back, environment });

  expect(there).toMatchObject({ finished: true, environment: 'development', from: from.path });
  expect(again.tables).toEqual(there.tables);
  expect(again.totals).toEqual(there.totals);
  expect(again.audit).toEqual(there.audit);
  expect(there.audit).toMatchObject([
    { broken: null, rows: 40 },
    { broken: null, rows: 1 },
  ]);
  expect(contentOf(back)).toEqual(before);
  expect(contentOf(from)).toEqual(before);
  expect(Object.values(before).every((rows) => rows.length > 0)).toBe(true);
});

test('a copy on PostgreSQL goes on where the source was: ids, sums, chains and references', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const from = folder.locate('from.db');
  await makeInstallation(from, { usage: 10 });
  await copyDatabase({ from, to: server.location, environment });

  await using database = await openDatabase(server.location);
  await requireMigratedDatabase(database);
  const ask = async (sql: string) => (await database.reader.statement<[], { n: number }>(sql).get())?.n;
  const sum = 'SELECT sum(requests)::bigint AS n FROM _usage_by_token WHERE token_id = 50';
  const before = Number(await ask(sum));
  await server.execute(
    `INSERT INTO token_usage (token_id, provider, model, input_tokens, output_tokens, total_tokens, recorded_at)
     VALUES (50, 'p', 'm', 1, 1, 2, ${TIME})`,
  );
  await database.write((tx) => appendToAuditLog(tx, { entityType: 'token', entityId: 1, action: 'update', at: TIME }));

  expect(await ask(sum)).toBe(before + 1);
  expect(await ask('SELECT max(id) AS n FROM token_usage')).toBe(7 + 10 + 1);
  expect(await ask('SELECT count(*) AS n FROM audit_log')).toBe(41);
  await expect(server.execute('DELETE FROM audit_log')).rejects.toThrow(/append-only/);
  await server.execute('UPDATE api_tokens SET rotated_from_id = NULL; DELETE FROM api_tokens WHERE id = 50');
  expect(await ask('SELECT count(*) AS n FROM token_usage')).toBe(7);
});

describe('a live copy', () => {
  test('cannot be used, and catches up with whatever has changed since', async () => {
    using folder = temporaryFolder();
    await using server = await emptyPostgres();
    const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
    await makeInstallation(from, { usage: 7_000 });
    let writes = 0;
    using source = await openSqliteDatabase(from);
    const live = await copyDatabase({
      from,
      to: server.location,
      environment,
      live: true,
      onProgress: () => {
        writes += 1;
        addUsage(source.connection, 3, 1);
      },
    });

    expect(live).toMatchObject({ finished: false, environment: null, totals: [], audit: [] });
    expect(writes).toBeGreaterThan(5);
    await using unfinished = await openDatabase(server.location);
    await expect(requireMigratedDatabase(unfinished)).rejects.toThrow(CopyUnfinishedError);
    await expect(applyAllMigrations(unfinished)).rejects.toThrow(CopyUnfinishedError);
    await unfinished.close();

    // Ids and unique values are used again, and nearly every table changes.
    const { connection } = source;
    const request = connection.prepare('SELECT request_id FROM token_usage WHERE token_id = 50 LIMIT 1').pluck().get();
    connection.exec(`
      UPDATE token_usage SET cost_nanos = 12, price_version = 'v2' WHERE cost_nanos IS NULL AND id % 5 = 0;
      UPDATE api_tokens SET rotated_from_id = NULL; UPDATE api_tokens SET agent_id = NULL;
      DELETE FROM api_tokens WHERE id = 50; DELETE FROM agents; DELETE FROM _holds WHERE id = 1;
      DELETE FROM api_call_traces WHERE id < 10; DELETE FROM usage_limits WHERE id = 2;
      UPDATE users SET username = 'x' WHERE username = 'admin'; UPDATE users SET username = 'admin' WHERE username = 'viewer';
      UPDATE _usage_horizon SET pruned_before = 86400000;
    `);
    insertRow(connection, 'agents', { id: 7, name: 'Übersetzer' });
    insertRow(connection, 'token_usage', { request_id: String(request) });
    addUsage(connection, 900, 40);
    await source.write((tx) => appendToAuditLog(tx, { entityType: 'token', entityId: 1, action: 'delete', at: TIME }));
    const before = contentOf(from);

    const report = await copyDatabase({ from, to: server.location, environment });
    await copyDatabase({ from: server.location, to: back, environment });

    expect(report.finished).toBe(true);
    expect(report.audit).toMatchObject([{ rows: 41, broken: null }, { broken: null }]);
    expect(contentOf(back)).toEqual(before);
  });

  test('of PostgreSQL catches up, too', async () => {
    using folder = temporaryFolder();
    await using server = await emptyPostgres();
    const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
    await makeInstallation(from, { usage: 3_000 });
    await copyDatabase({ from, to: server.location, environment });
    await copyDatabase({ from: server.location, to: back, environment, live: true });
    await server.execute(`
      UPDATE token_usage SET cost_nanos = 12, price_version = 'v2' WHERE cost_nanos IS NULL AND id % 5 = 0;
      UPDATE api_tokens SET rotated_from_id = NULL; DELETE FROM api_tokens WHERE id = 40;`);

    const there = await copyDatabase({ from: server.location, to: back, environment });

    expect(there.finished).toBe(true);
    using copy = await openSqliteDatabase(back);
    const priced = copy.connection.prepare("SELECT count(*) FROM token_usage WHERE price_version = 'v2'").pluck().get();
    expect(priced).toBeGreaterThan(100);
    expect(contentOf(back)['api_tokens']).toHaveLength(4);
  });
});

describe('refused is', () => {
  test('a target with anything in it, which stays as it is', async () => {
    using folder = temporaryFolder();
    await using server = await emptyPostgres();
    const [from, other] = [folder.locate('from.db'), folder.locate('other.db')];
    await makeInstallation(from);
    await makeInstallation(other);
    await server.execute('CREATE TABLE recipes (id bigint)');
    const before = contentOf(other);

    await expect(copyDatabase({ from, to: other, environment })).rejects.toThrow(
      /installation of its own, with rows in/,
    );
    await expect(copyDatabase({ from, to: from, environment })).rejects.toThrow(/source itself/);
    await expect(copyDatabase({ from, to: server.location, environment })).rejects.toThrow(/not Iron's/);

    expect(contentOf(other)).toEqual(before);
  });

  test('a copy that is finished, and one of another installation that is not', async () => {
    using folder = temporaryFolder();
    await using server = await emptyPostgres();
    const [from, other, back] = [folder.locate('from.db'), folder.locate('other.db'), folder.locate('back.db')];
    await makeInstallation(from);
    await makeInstallation(other);
    await copyDatabase({ from, to: server.location, environment });
    await copyDatabase({ from, to: back, environment, live: true });

    await expect(copyDatabase({ from, to: server.location, environment })).rejects.toThrow(/this installation already/);
    await expect(copyDatabase({ from: other, to: back, environment })).rejects.toThrow(/of another installation/);
    await expect(copyDatabase({ from: back, to: other, environment })).rejects.toThrow(CopyUnfinishedError);
  });

  test('a target that another process is copying to', async () => {
    using folder = temporaryFolder();
    await using server = await emptyPostgres();
    const from = folder.locate('from.db');
    await makeInstallation(from);
    await using _other = await openPostgresTarget(server.location);

    await expect(copyDatabase({ from, to: server.location, environment })).rejects.toThrow(CopyUnderWayError);
  });

  test('a source that is missing, in memory, or not migrated', async () => {
    using folder = temporaryFolder();
    const [from, to] = [folder.locate('from.db'), folder.locate('to.db')];

    await expect(copyDatabase({ from, to, environment })).rejects.toThrow(/no database at/);
    await expect(copyDatabase({ from: { kind: 'memory' }, to, environment })).rejects.toThrow(/in memory/);
    {
      using _empty = await openSqliteDatabase(from);
    }
    await expect(copyDatabase({ from, to, environment })).rejects.toThrow(/pending|lacks/);
  });
});

test('a pooler that gives each transaction another connection is refused at either end, and no lock stays in it', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, to] = [folder.locate('from.db'), folder.locate('to.db')];
  await makeInstallation(from);
  await copyDatabase({ from, to: server.location, environment });
  const pooled = parsePostgresUrl(await transactionPooler(server.url), process.cwd(), {});

  const reason = { code: 'database.transaction_pooler' };
  await expect(copyDatabase({ from, to: pooled, environment })).rejects.toMatchObject(reason);
  await expect(copyDatabase({ from: pooled, to, environment })).rejects.toMatchObject(reason);
  await expect.poll(async () => await askAt(server.url, ADVISORY_LOCKS_HERE)).toEqual([]); // when it has let go of all
});

test.each([
  { source: 'production', command: 'development' },
  { source: 'development', command: 'production' },
] as const)('a copy of a $source database in $command is one of production', async ({ source, command }) => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const [from, back] = [folder.locate('from.db'), folder.locate('back.db')];
  await makeInstallation(from, { environment: source });

  const report = await copyDatabase({ from, to: server.location, environment: command });
  await copyDatabase({ from: server.location, to: back, environment: 'development' });

  expect(report.environment).toBe('production');
  expect(contentOf(back)['_iron']).toMatchObject([{ environment: 'production' }]);
  using copy = await openSqliteDatabase(back);
  expect(copy.connection.pragma('user_version', { simple: true })).toBe(1);
});

test('an empty database that is migrated already is filled', async () => {
  using folder = temporaryFolder();
  const [from, to] = [folder.locate('from.db'), folder.locate('to.db')];
  await makeInstallation(from);
  {
    using database = await openSqliteDatabase(to);
    await applyAllMigrations(database);
  }

  await copyDatabase({ from: { ...from, mode: 'ro' }, to, environment });

  expect(contentOf(to)).toEqual(contentOf(from));
});

test('a chain that is broken in the source is found in the copy, which is equal all the same', async () => {
  using folder = temporaryFolder();
  await using server = await emptyPostgres();
  const from = folder.locate('from.db');
  await makeInstallation(from);
  {
    using database = await openSqliteDatabase(from);
    const { connection } = database;
    const sql = connection
      .prepare("SELECT sql FROM sqlite_schema WHERE name = 'audit_log_refuses_update'")
      .pluck()
      .get();
    connection.exec(
      `DROP TRIGGER audit_log_refuses_update; UPDATE audit_log SET action = 'x' WHERE id = 3; ${String(sql)}`,
    );
  }

  const report = await copyDatabase({ from, to: server.location, environment });

  expect(report.audit).toMatchObject([{ rows: 2, broken: { id: 3 } }, { broken: null }]);
});
