import type { Migration } from '@iron/db';
import { z } from 'zod';
import { callable, loadPeer } from './peer.ts';

/** PostgreSQL in this process, in memory. */
export interface PGlite {
  exec(sql: string): Promise<unknown>;
  clone(): Promise<PGlite>;
  close(): Promise<void>;
}

const pgliteSchema = z.object({ PGlite: callable<{ create(): Promise<PGlite> }>() });

/** A migrated database. */
export async function createPGlite(migrations: readonly Migration[]): Promise<PGlite> {
  const { PGlite: peer } = await loadPeer('@electric-sql/pglite', pgliteSchema);
  const database = await peer.create();
  for (const { sql } of migrations) await database.exec(sql);
  return database;
}
