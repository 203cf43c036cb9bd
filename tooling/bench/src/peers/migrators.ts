import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyAllMigrations, type Migration, openSqliteDatabase } from '@iron/db';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { callable, loadPeer } from './peer.ts';
import { openPeerFile, setModes } from './peer-drivers.ts';
import { statementsOf } from './statements-of.ts';

/** Opens a file that is not there yet, migrates and closes it. */
export type Migrate = (path: string) => Promise<void>;

export async function migrateWithIron(path: string): Promise<void> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  await applyAllMigrations(database);
}

/** The SQL alone, in one transaction. */
export function migrateByHand(migrations: readonly Migration[]): Migrate {
  const script = ['BEGIN', ...migrations.map(({ sql }) => sql), 'COMMIT'].join(';\n');
  return async (path) => {
    const connection = await openPeerFile(path, 'FULL');
    connection.exec(script);
    connection.close();
  };
}

const drizzleSchema = z.object({ drizzle: callable<(of: { client: object }) => object>() });
const migratorSchema = z.object({ migrate: callable<(database: object, of: { migrationsFolder: string }) => void>() });

/** drizzle-orm's migrator, on a folder as drizzle-kit writes it. */
export async function migratorOfDrizzle(migrations: readonly Migration[], migrationsFolder: string): Promise<Migrate> {
  writeDrizzleFolder(migrations, migrationsFolder);
  const { drizzle } = await loadPeer('drizzle-orm/better-sqlite3', drizzleSchema);
  const { migrate } = await loadPeer('drizzle-orm/better-sqlite3/migrator', migratorSchema);
  return async (path) => {
    const client = await openPeerFile(path, 'FULL');
    migrate(drizzle({ client }), { migrationsFolder });
    client.close();
  };
}

function writeDrizzleFolder(migrations: readonly Migration[], folder: string): void {
  mkdirSync(join(folder, 'meta'), { recursive: true });
  const entries = migrations.map(({ file, number }, idx) => {
    return { idx, version: '6', when: number, tag: file.replace(/\.sql$/, ''), breakpoints: true };
  });
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries }));
  for (const migration of migrations) {
    writeFileSync(join(folder, migration.file), statementsOf(migration).join('\n--> statement-breakpoint\n'));
  }
}

interface Knex {
  raw(sql: string): Promise<unknown>;
  readonly migrate: { latest(of: object): Promise<unknown> };
  destroy(): Promise<void>;
}

const knexSchema = z.object({ default: callable<(options: object) => Knex>() });

/** Knex, which is given the migrations by a source of ours, a statement at a time. */
export async function migratorOfKnex(migrations: readonly Migration[]): Promise<Migrate> {
  const { default: knex } = await loadPeer('knex', knexSchema);
  const migrationSource = {
    getMigrations: async () => migrations,
    getMigrationName: ({ file }: Migration) => file,
    getMigration: async (migration: Migration) => ({
      async up(transaction: Knex) {
        for (const statement of statementsOf(migration)) await transaction.raw(statement);
      },
      async down() {},
    }),
  };
  return async (path) => {
    const connection = knex({
      client: 'better-sqlite3',
      connection: { filename: path },
      useNullAsDefault: true,
      pool: { afterCreate: setModesOfKnex },
    });
    await connection.migrate.latest({ migrationSource });
    await connection.destroy();
  };
}

function setModesOfKnex(
  connection: Database.Database,
  done: (error: null, connection: Database.Database) => void,
): void {
  setModes(connection, 'FULL');
  done(null, connection);
}
