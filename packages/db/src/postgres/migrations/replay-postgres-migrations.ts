import { randomBytes } from 'node:crypto';
import type { Migration } from '../../migrations/read-migrations.ts';
import { type PlainConnection, rolledBack } from '../plain-connection.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { runPostgresStatements } from './execute-postgres-migration.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { guardTableSql } from './postgres-guards.ts';

const replays = new Map<string, readonly PostgresStructure[]>();

/**
 * What the first so many of the migrations build, together with their guards; the first structure is that of no
 * migration. All of them are run once in a schema beside, in a transaction that is rolled back, and the result is kept
 * for the life of the process: each version of the server has its own spelling of expressions.
 */
export async function postgresStructures(
  connection: PlainConnection,
  { serverVersion }: ConnectionFacts,
  migrations: readonly Migration[],
): Promise<readonly PostgresStructure[]> {
  const key = [serverVersion, ...migrations.map((migration) => migration.checksum)].join();
  const structures = replays.get(key) ?? (await buildStructures(connection, migrations));
  replays.set(key, structures);
  return structures;
}

/** {@link postgresStructures}; `undefined` on a standby, and for a user who may not make a schema. */
export async function structuresIfAllowed(
  connection: PlainConnection,
  facts: ConnectionFacts,
  migrations: readonly Migration[],
): Promise<readonly PostgresStructure[] | undefined> {
  if (facts.isReadOnly || !facts.mayCreateSchema) return undefined;
  return await postgresStructures(connection, facts, migrations);
}

async function buildStructures(
  { query }: PlainConnection,
  migrations: readonly Migration[],
): Promise<PostgresStructure[]> {
  const schema = `iron_replay_${randomBytes(8).toString('hex')}`;
  return await rolledBack(query, 'BEGIN', async () => {
    await query(
      `CREATE SCHEMA ${schema}; SET LOCAL search_path = ${schema}; SET LOCAL statement_timeout = 0; SAVEPOINT replay`,
    );
    const structures = [await readPostgresStructure(query, schema)];
    for (const migration of migrations) {
      await replay(query, migration);
      structures.push(await readPostgresStructure(query, schema));
    }
    return structures;
  });
}

/** At once: this is done whenever a service starts, and the server may be far. If it fails, then for the line. */
async function replay(query: PostgresQuery, migration: Migration): Promise<void> {
  const sql = `${migration.sql}\n; ${guardTableSql(migration)}`;
  try {
    await query(`${sql}; RELEASE replay; SAVEPOINT replay`);
  } catch {
    await query('ROLLBACK TO replay');
    await runPostgresStatements(async (one) => await query(one), migration);
    await query(guardTableSql(migration));
  }
}
