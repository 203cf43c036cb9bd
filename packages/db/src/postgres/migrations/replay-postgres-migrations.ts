import { randomBytes } from 'node:crypto';
import type { Migration } from '../../migrations/read-migrations.ts';
import type { PostgresStructure } from '../structure/postgres-structure.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import { leavePostgresMark, runPostgresStatements } from './execute-postgres-migration.ts';
import { type ConnectionFacts, type MigrationConnection, rolledBack } from './migration-connection.ts';

const replays = new Map<string, readonly PostgresStructure[]>();

/**
 * What the first so many of the migrations build, together with their guards; the first structure is that of no
 * migration. All of them are run once in a schema beside, in a transaction that is rolled back, and the result is kept
 * for the life of the process: each version of the server has its own spelling of expressions.
 */
export async function postgresStructures(
  connection: MigrationConnection,
  { serverVersion }: ConnectionFacts,
  migrations: readonly Migration[],
): Promise<readonly PostgresStructure[]> {
  const key = [serverVersion, ...migrations.map((migration) => migration.checksum)].join();
  const structures = replays.get(key) ?? (await buildStructures(connection, migrations));
  replays.set(key, structures);
  return structures;
}

async function buildStructures(
  { query }: MigrationConnection,
  migrations: readonly Migration[],
): Promise<PostgresStructure[]> {
  const schema = `iron_replay_${randomBytes(8).toString('hex')}`;
  return await rolledBack(query, 'BEGIN', async () => {
    await query(`CREATE SCHEMA ${schema}; SET LOCAL search_path = ${schema}; SET LOCAL statement_timeout = 0`);
    const structures = [await readPostgresStructure(query, schema)];
    for (const migration of migrations) {
      await runPostgresStatements(async (sql) => await query(sql), migration);
      await leavePostgresMark(query, migration, { environment: 'test', now: REPLAY_TIME });
      structures.push(await readPostgresStructure(query, schema));
    }
    return structures;
  });
}

/** Any moment will do; it is in no structure. */
const REPLAY_TIME = 1_700_000_000_000;
