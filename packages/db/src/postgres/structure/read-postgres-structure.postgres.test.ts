import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparePostgresStructures } from './compare-postgres-structures.ts';
import { type MigratedPostgres, migratedPostgres, readPostgresFiles } from './migrated-postgres.fixture.ts';
import type { PostgresStructure } from './postgres-structure.ts';
import { omitPostgresTables, readPostgresStructure } from './read-postgres-structure.ts';

let postgres: MigratedPostgres;

beforeAll(async () => {
  postgres = await migratedPostgres();
});

afterAll(async () => {
  await postgres.close();
});

/** The structure of a schema that `statements` are run in, and of which nothing is left. */
async function structureIn(
  schema: string,
  statements: readonly string[],
  seenFrom = 'public',
): Promise<PostgresStructure> {
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  await postgres.query('BEGIN');
  try {
    await postgres.query(`CREATE SCHEMA IF NOT EXISTS ${quoted}`);
    await postgres.query(`SET LOCAL search_path = ${quoted}`);
    for (const statement of statements) await postgres.query(statement);
    await postgres.query(`SET LOCAL search_path = ${seenFrom}`);
    return await readPostgresStructure(postgres.query, schema);
  } finally {
    await postgres.query('ROLLBACK');
  }
}

const MIGRATIONS = readPostgresFiles().map(({ sql }) => sql);

describe('readPostgresStructure()', () => {
  test.each(['scratch', 'Odd "one".', 'a.b', 'audit_log'])(
    'gives the same of the same migrations in the schema %s',
    async (schema) => {
      const expected = await readPostgresStructure(postgres.query);
      expect(await structureIn(schema, MIGRATIONS)).toEqual(expected);
      expect(await structureIn(schema, MIGRATIONS, 'pg_catalog')).toEqual(expected);
    },
  );

  test('has what is left out by name without anything that hangs on it', async () => {
    const whole = await structureIn('scratch', [...MIGRATIONS, 'CREATE TABLE _guard (at bigint CHECK (at > 0))']);
    const left = omitPostgresTables(whole, (name) => name === '_guard');
    expect(left).toEqual(await readPostgresStructure(postgres.query));
  });

  test('has views, and functions that nothing calls', async () => {
    const { views, functions } = await structureIn('scratch', [
      'CREATE TABLE t (a bigint)',
      'CREATE VIEW v AS SELECT a FROM t',
      'CREATE FUNCTION f(x t) RETURNS SETOF t LANGUAGE sql STABLE SET work_mem = 64 AS $$SELECT x$$',
    ]);
    // PostgreSQL 15 writes `t.a`.
    expect(views).toEqual([
      { name: 'v', kind: 'v', definition: expect.stringMatching(/^ SELECT (t\.)?a\n   FROM t;$/) as unknown },
    ]);
    expect(functions).toEqual([
      {
        name: 'f',
        arguments: 'x t',
        returns: 'SETOF t',
        language: 'sql',
        volatility: 's',
        securityDefiner: false,
        settings: ['work_mem=64'],
        body: 'SELECT x',
      },
    ]);
  });
});

describe('comparePostgresStructures()', () => {
  test.each([
    [
      'what a trigger does',
      `CREATE OR REPLACE FUNCTION api_tokens_leaves_no_holds() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
      'table api_tokens: trigger api_tokens_leaves_no_holds: text is not as expected',
    ],
    [
      'when a trigger does it',
      `CREATE OR REPLACE TRIGGER usage_limits_leaves_no_holds BEFORE DELETE ON usage_limits
       FOR EACH ROW EXECUTE FUNCTION usage_limits_leaves_no_holds()`,
      'table usage_limits: trigger usage_limits_leaves_no_holds: text is not as expected',
    ],
    [
      'rows that a check was not tried on',
      'ALTER TABLE agents ADD CONSTRAINT late CHECK (id > 0) NOT VALID',
      'table agents: clause late: not enforced should not be there',
    ],
    [
      'row security',
      'ALTER TABLE agents ENABLE ROW LEVEL SECURITY',
      'table agents: clause row security should not be there',
    ],
    [
      'a rule that turns changes into nothing',
      'CREATE RULE keep AS ON UPDATE TO api_tokens DO INSTEAD NOTHING',
      'table api_tokens: clause rule keep: CREATE RULE keep AS ON UPDATE TO api_tokens DO INSTEAD NOTHING; should not be there',
    ],
    ['a view', 'CREATE VIEW agent_names AS SELECT name FROM agents', 'view agent_names should not be there'],
  ])('finds %s', async (_, change, message) => {
    const expected = await readPostgresStructure(postgres.query);
    const found = comparePostgresStructures(expected, await structureIn('public', [change]));
    expect(found.map((difference) => difference.message)).toContain(message);
  });

  test('finds nothing where only the room on the pages differs', async () => {
    const expected = await readPostgresStructure(postgres.query);
    const actual = await structureIn('public', ['ALTER TABLE usage_limits SET (fillfactor = 90)']);
    expect(comparePostgresStructures(expected, actual)).toEqual([]);
  });
});
