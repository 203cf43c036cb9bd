import { z } from 'zod';
import { WAIT_FOR_LIFECYCLE_MS } from '../connection/lifecycle-lock.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { applyAllMigrations } from '../migrations/apply-all-migrations.ts';
import { COPY_LOCK, WRITE_LOCK } from '../postgres/advisory-locks.ts';
import { connectForLifecycle, type LifecycleConnection } from '../postgres/maintenance/lifecycle-connection.ts';
import { withPostgresLifecycleLock } from '../postgres/maintenance/lifecycle-lock.ts';
import { findConnected } from '../postgres/maintenance/postgres-holders.ts';
import { requireOwnSession } from '../postgres/maintenance/require-own-session.ts';
import { openPostgresDatabase } from '../postgres/open-postgres-database.ts';
import { numberParameters } from '../postgres/postgres-statements.ts';
import { sessionOn } from '../postgres/postgres-session.ts';
import { comparePostgresStructures } from '../postgres/structure/compare-postgres-structures.ts';
import type { PostgresStructure } from '../postgres/structure/postgres-structure.ts';
import { omitPostgresTables, readPostgresStructure } from '../postgres/structure/read-postgres-structure.ts';
import { COPIED_TABLES } from './copied-tables.ts';
import type { CopyEnd, CopySource, CopyTarget } from './copy-end.ts';
import { CopyUnderWayError } from './copy-errors.ts';
import { type Dialect, linesOf, names, type Value } from './table-statements.ts';
import { UNFINISHED_TABLE } from './unfinished-table.ts';

const DIALECT: Dialect = {
  hash: ({ name, kind }) =>
    kind === 'text' ? `encode(sha256(convert_to(${name}, 'UTF8')), 'hex')` : `encode(sha256(${name}), 'hex')`,
  hex: ({ name }) => `encode(${name}, 'hex')`,
};

const ALL_TABLES = [...COPIED_TABLES.map(({ name }) => name), '_iron'];

/** Runs `work` on a database of PostgreSQL, which is migrated; nobody migrates, backs up or replaces it meanwhile. */
export async function withPostgresSource<T>(
  location: PostgresLocation,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  await requireOwnSession(location);
  return await withPostgresLifecycleLock(location, WAIT_FOR_LIFECYCLE_MS, async (connection) => {
    const end = postgresEnd(connection);
    return await work({
      ...end,
      freeze: () => end.execute('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1'),
      // Iron's own writers wait at the first lock, all others at the second. Each statement sees the same from then on.
      lock: () =>
        end.execute(
          `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${WRITE_LOCK});
           LOCK TABLE ${ALL_TABLES.join(', ')} IN SHARE MODE`,
        ),
      release: () => end.execute('ROLLBACK'),
      users: async () => await findConnected(connection.query),
    });
  });
}

const OBJECTS = `
  SELECT relname::text FROM pg_class
  WHERE relnamespace = to_regnamespace(current_schema()) AND relkind IN ('r', 'p', 'v', 'm', 'f')`;

const REFERENCES = `
  SELECT t.relname::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
  FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
  WHERE c.contype = 'f' AND c.connamespace = to_regnamespace(current_schema()) ORDER BY 1, 2`;

const TRIGGERS = `
  SELECT DISTINCT t.relname::text FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid
  WHERE NOT g.tgisinternal AND t.relnamespace = to_regnamespace(current_schema()) ORDER BY 1`;

const IDENTITIES = `
  SELECT t.relname::text, quote_ident(a.attname)
  FROM pg_attribute AS a JOIN pg_class AS t ON t.oid = a.attrelid
  WHERE a.attidentity <> '' AND t.relkind = 'r' AND t.relnamespace = to_regnamespace(current_schema()) ORDER BY 1`;

/** Writes to a database of PostgreSQL, alone. References are switched off, too, and checked when they come back. */
export async function openPostgresTarget(location: PostgresLocation): Promise<CopyTarget> {
  await requireOwnSession(location);
  const connection = await connectForLifecycle(location);
  const end = postgresEnd(connection);
  try {
    await beAlone(end);
  } catch (error) {
    await end.close();
    throw error;
  }
  const structure = async () =>
    omitPostgresTables(await readPostgresStructure(connection.query), (table) => table === UNFINISHED_TABLE);
  return {
    ...end,
    reader: connection.queries,
    objects: async () => (await ask(end, OBJECTS)).flat(),
    async migrate(options) {
      await using database = await openPostgresDatabase(location);
      await applyAllMigrations(database, options);
    },
    disarm: async () => await disarm(end),
    structure: async () => JSON.stringify(await structure()),
    async findProblems(described) {
      const expected = parseStructure(described);
      return comparePostgresStructures(expected, await structure()).map(({ message }) => message);
    },
    settle: async () => await advanceIdentities(end),
    together: async (work) => await together(end, work),
    tune: () => end.execute('ANALYZE'),
  };
}

async function beAlone(end: CopyEnd): Promise<void> {
  const [[isMine] = []] = await ask(end, `SELECT pg_try_advisory_lock(${COPY_LOCK})::text`);
  if (isMine !== 'true') throw new CopyUnderWayError(end.name);
  // What a crash of the server takes is copied again; the end of the copy is on the disk before it is told of.
  await end.execute('SET synchronous_commit = off');
}

/** Triggers would make the sums a second time, and references would be in the way of rows that come later. */
async function disarm(end: CopyEnd): Promise<string[]> {
  const restore: string[] = [];
  for (const [table = ''] of await ask(end, TRIGGERS)) {
    await end.execute(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    restore.push(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
  for (const [table = '', name = '', definition = ''] of await ask(end, REFERENCES)) {
    await end.execute(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    restore.push(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  }
  return restore;
}

/** New rows get ids that no copied row has. */
async function advanceIdentities(end: CopyEnd): Promise<void> {
  for (const [table = '', column = ''] of await ask(end, IDENTITIES)) {
    await end.execute(`
      SELECT setval(pg_get_serial_sequence('${table}', '${column}'), max(${column})) FROM ${table} HAVING count(*) > 0`);
  }
}

async function together<T>(end: CopyEnd, work: () => Promise<T>): Promise<T> {
  await end.execute('BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on');
  try {
    const result = await work();
    await end.execute('COMMIT');
    return result;
  } catch (error) {
    await end.execute('ROLLBACK').catch(() => undefined); // what failed first is what counts
    throw error;
  }
}

/** Rows of names and definitions. */
async function ask(end: CopyEnd, text: string): Promise<string[][]> {
  return (await end.query({ text, parameters: [] })).map((row) => row.map(String));
}

/** One connection that is not made again after it has broken: a transaction would be gone without a word. */
function postgresEnd({ client, name, explain, ...connection }: LifecycleConnection): CopyEnd {
  const session = sessionOn(client, explain);
  const query = async (text: string, parameters: readonly unknown[]): Promise<Value[][]> => {
    const { rows } = await session.queryLists(numberParameters(text), parameters);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every statement reads texts and bytes alone
    return rows as Value[][];
  };
  const close = async () => await connection[Symbol.asyncDispose]();
  return {
    engine: 'postgres',
    name,
    query: async ({ text, parameters }) => await query(text, parameters),
    async execute(statements) {
      try {
        await client.query(statements);
      } catch (error) {
        throw explain(error);
      }
    },
    async digest(table, range) {
      const { text, parameters } = linesOf(table, range, DIALECT);
      const lines = `string_agg(line, E'\\n' ORDER BY ${names(table.key)})`;
      const [[rows, hash] = []] = await query(
        `SELECT count(*)::text, encode(sha256(convert_to(coalesce(${lines}, ''), 'UTF8')), 'hex') FROM (${text}) AS lines`,
        parameters,
      );
      return { rows: Number(rows), hash: String(hash) };
    },
    async insert(table, rows) {
      const columns = table.columns.map(({ kind }) => `CAST(? AS ${ARRAY[kind]})`);
      await query(
        `INSERT INTO ${table.name} (${names(table.columns)}) SELECT * FROM unnest(${columns.join(', ')})`,
        table.columns.map((_, place) => rows.map((row) => row[place])),
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const ARRAY = { integer: 'bigint[]', text: 'text[]', blob: 'bytea[]' };

function parseStructure(text: string): PostgresStructure {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `structure`
  return z.record(z.string(), z.array(z.unknown())).parse(JSON.parse(text)) as unknown as PostgresStructure;
}
