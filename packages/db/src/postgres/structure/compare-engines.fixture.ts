import type Database from 'better-sqlite3';
import { compareStructures } from '../../structure/compare-structures.ts';
import type { DatabaseStructure } from '../../structure/database-structure.ts';
import { readStructure } from '../../structure/read-structure.ts';
import { asDatabaseStructure } from './compare-postgres-structures.ts';
import { TRIGGERS_OF_POSTGRES } from './engine-differences.fixture.ts';
import { postgresDdl } from './postgres-ddl.fixture.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import { readPostgresStructure } from './read-postgres-structure.ts';

const SCRATCH = 'as_in_sqlite';

/**
 * What the two engines' databases differ in, beyond what `engine-differences.fixture.ts` names; the SQLite one is what is
 * expected. Its tables are built in a schema of their own, so that PostgreSQL itself says how it reads each expression.
 */
export async function compareEngines(connection: Database.Database, query: PostgresQuery): Promise<string[]> {
  const sqlite = readStructure(connection);
  await query(`CREATE SCHEMA ${SCRATCH}`);
  await query(`SET LOCAL search_path = ${SCRATCH}`);
  await query(postgresDdl(sqlite));
  await query('SET LOCAL search_path = public');
  const expected = asDatabaseStructure(await readPostgresStructure(query, SCRATCH));
  const actual = asDatabaseStructure(await readPostgresStructure(query));
  return [
    ...compareStructures(withoutTriggers(expected), withoutTriggers(actual)).map(({ message }) => message),
    ...compareTriggers([...triggersOf(sqlite), ...TRIGGERS_OF_POSTGRES], triggersOf(actual)),
  ];
}

/** Without what is compared by name, and without the names that PostgreSQL gives a check that has none. */
function withoutTriggers({ tables, views }: DatabaseStructure): DatabaseStructure {
  return {
    views,
    tables: tables.map((table) => ({
      ...table,
      triggers: [],
      checks: table.checks.map(({ name, expression }) => ({
        name: name !== null && /_check\d*$/.test(name) ? null : name,
        expression,
      })),
    })),
  };
}

function triggersOf({ tables }: DatabaseStructure): string[] {
  return tables.flatMap(({ name, triggers }) => triggers.map((trigger) => `${name}: ${trigger.name}`));
}

function compareTriggers(expected: readonly string[], actual: readonly string[]): string[] {
  return [
    ...expected.filter((name) => !actual.includes(name)).map((name) => `trigger of ${name} is missing`),
    ...actual.filter((name) => !expected.includes(name)).map((name) => `trigger of ${name} should not be there`),
  ];
}
