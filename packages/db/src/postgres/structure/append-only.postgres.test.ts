import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_HASH, type Row, VALID_ROWS } from '../../schema/valid-rows.fixture.ts';
import { insertRow } from './insert-row.fixture.ts';
import { type MigratedPostgres, migratedPostgres } from './migrated-postgres.fixture.ts';

const hash = (id: number) => String(id).repeat(64);

describe.each(['audit_log', 'user_audit_log'] as const)('%s on PostgreSQL', (table) => {
  let postgres: MigratedPostgres;

  beforeAll(async () => {
    postgres = await migratedPostgres();
    await append({});
    await append({ previous_hash: hash(1), hash: hash(2) });
  });

  afterAll(async () => {
    await postgres.close();
  });

  const append = (changes: Row, conflict = '') =>
    insertRow(postgres.query, table, { ...VALID_ROWS[table], ...changes }, conflict);

  const BOTH = [
    { id: 1, previous_hash: NO_HASH, hash: hash(1) },
    { id: 2, previous_hash: hash(1), hash: hash(2) },
  ];

  /** How something is refused, and what is in the log afterwards. */
  async function refusalOf(work: Promise<unknown>): Promise<unknown> {
    const refusal = await work.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(refusal instanceof DatabaseError)) throw new Error('it was not refused', { cause: refusal });
    const rows = await postgres.query(`SELECT id, previous_hash, hash FROM ${table} ORDER BY id`);
    return { code: refusal.code, message: refusal.message, rows };
  }

  const refusedWith = (message: string) => ({ code: '23000', message: `${table} is ${message}`, rows: BOTH });

  test.each([
    ['a row cannot be changed', `UPDATE ${table} SET hash = hash`],
    ['a row cannot be deleted', `DELETE FROM ${table} WHERE id = 2`],
    ['a row cannot be deleted', `DELETE FROM ${table}`],
    ['a row cannot be deleted', `TRUNCATE ${table}`],
  ])('says that %s: %s', async (message, sql) => {
    expect(await refusalOf(postgres.query(sql))).toEqual(refusedWith(`append-only: ${message}`));
  });

  test.each(['', 'ON CONFLICT DO NOTHING', 'ON CONFLICT (id) DO UPDATE SET hash = excluded.hash'])(
    'refuses that a row takes the place of another: INSERT … %s',
    async (conflict) => {
      const replace = append({ id: 2, previous_hash: hash(2), hash: hash(3) }, conflict);
      expect(await refusalOf(replace)).toEqual(refusedWith('append-only: a row cannot be replaced'));
    },
  );

  test.each([
    ['starts anew', NO_HASH],
    ['follows an older row', hash(1)],
    ['follows no row', hash(9)],
  ])('refuses a row that %s', async (_, previousHash) => {
    const fork = append({ previous_hash: previousHash, hash: hash(3) });
    expect(await refusalOf(fork)).toEqual(refusedWith('a chain: previous_hash must be the hash of the last row'));
  });

  test.each([-5, 0, 4])('refuses the id %i after 2', async (id) => {
    const skip = append({ id, previous_hash: hash(2), hash: hash(3) });
    expect(await refusalOf(skip)).toEqual(refusedWith('a chain: ids count up by one'));
  });

  test('counts on without a gap after a row that was rolled back', async () => {
    await postgres.query('BEGIN');
    await append({ previous_hash: hash(2), hash: hash(3) });
    await postgres.query('ROLLBACK');
    await postgres.query('BEGIN');
    await append({ previous_hash: hash(2), hash: hash(4) });
    expect(await postgres.query(`SELECT id, hash FROM ${table} WHERE id > 2`)).toEqual([{ id: 3, hash: hash(4) }]);
    await postgres.query('ROLLBACK');
  });

  test('takes many rows of one statement, each linked to the one before', async () => {
    await postgres.query('BEGIN');
    const columns = Object.keys(VALID_ROWS[table]).filter((column) => !column.endsWith('hash'));
    await postgres.query(
      `INSERT INTO ${table} (${columns.join(', ')}, previous_hash, hash)
       SELECT ${columns.join(', ')}, repeat(n::text, 64), repeat((n + 1)::text, 64)
       FROM ${table}, generate_series(2, 5) AS n WHERE id = 1 ORDER BY n`,
    );
    expect(await postgres.query(`SELECT max(id) AS last, max(hash) AS hash FROM ${table}`)).toEqual([
      { last: 6, hash: hash(6) },
    ]);
    await postgres.query('ROLLBACK');
  });

  test('lets one of two win who follow the same row at the same time', async () => {
    await using other = await postgres.connect();
    const next = { ...VALID_ROWS[table], previous_hash: hash(2) };
    await postgres.query('BEGIN');
    await append({ ...next, hash: hash(3) });
    const second = insertRow(other.query, table, { ...next, hash: hash(4) });
    const outcome = Promise.allSettled([second]);
    await waitUntilSomebodyWaits();
    await postgres.query('COMMIT');
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: '23505' } }]);
    expect(await postgres.query(`SELECT id, hash FROM ${table} WHERE id > 2`)).toEqual([{ id: 3, hash: hash(3) }]);
  });

  async function waitUntilSomebodyWaits(): Promise<void> {
    const sql = 'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))';
    while ((await postgres.query(sql)).length === 0);
  }
});
