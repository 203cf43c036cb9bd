import type Database from 'better-sqlite3';
import type { Pool } from 'pg';
import { z } from 'zod';
import { callable, loadPeer } from './peer.ts';
import type { Synchronous } from '../admission-rounds.ts';

/** How many connections a peer has to a server: as many as Iron. */
export const CONNECTIONS = 5;

/** Opens a file over the peers' own driver. */
export async function openPeerFile(path: string, synchronous: Synchronous): Promise<Database.Database> {
  const driver = await loadPeer('better-sqlite3', z.object({ default: callable<typeof Database>() }));
  const connection = new driver.default(path);
  setModes(connection, synchronous);
  return connection;
}

/** Sets the modes that Iron uses: kinder to peers than SQLite's own. The driver waits less for a file in WAL unless told. */
export function setModes(connection: Database.Database, synchronous: Synchronous): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma(`synchronous = ${synchronous}`);
}

/** Connections to a server over the peers' own driver, as it is by default. */
export async function openPeerPool(url: string): Promise<Pool> {
  const driver = await loadPeer('pg', z.object({ Pool: callable<typeof Pool>() }));
  return new driver.Pool({ connectionString: url, max: CONNECTIONS });
}

/** Whether a store is a server's, and no file. */
export function isServer(store: string): boolean {
  return store.startsWith('postgres');
}
