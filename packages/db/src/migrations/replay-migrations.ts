import Database from 'better-sqlite3';
import { type DatabaseStructure, readStructure } from '../structure/read-structure.ts';
import { executeMigration } from './apply-migration.ts';
import type { Migration } from './read-migrations.ts';

const replays = new Map<string, readonly DatabaseStructure[]>();

/**
 * What the first `count` of the migrations build, together with their guards. All of them are run once, in an empty
 * database in memory, and the result is kept for the life of the process.
 */
export function structureAfter(migrations: readonly Migration[], count: number): DatabaseStructure {
  const key = migrations.map((migration) => migration.checksum).join('');
  const structures = replays.get(key) ?? buildStructures(migrations);
  replays.set(key, structures);
  const structure = structures[count];
  if (!structure) throw new RangeError(`There are ${migrations.length} migrations, not ${count}.`);
  return structure;
}

function buildStructures(migrations: readonly Migration[]): DatabaseStructure[] {
  const connection = new Database(':memory:');
  try {
    connection.pragma('foreign_keys = OFF');
    const structures = [readStructure(connection)];
    for (const migration of migrations) {
      executeMigration(connection, migration, { environment: 'test', now: REPLAY_TIME });
      structures.push(readStructure(connection));
    }
    return structures;
  } finally {
    connection.close();
  }
}

/** Any moment will do; it is in no structure. */
const REPLAY_TIME = 1_700_000_000_000;
