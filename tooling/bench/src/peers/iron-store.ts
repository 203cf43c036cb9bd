import { type IronDatabase, openDatabase, openSqliteDatabase } from '@iron/db';
import type { Synchronous } from '../admission-rounds.ts';
import { CONNECTIONS, isServer } from './peer-drivers.ts';

/** Opens what Iron keeps in a file or on a server. */
export async function openIronStore(store: string, synchronous: Synchronous): Promise<IronDatabase> {
  if (isServer(store)) return await openDatabase(store, { maxConnections: CONNECTIONS });
  const database = await openSqliteDatabase({ kind: 'file', path: store, mode: 'rwc' });
  database.connection.pragma(`synchronous = ${synchronous}`);
  return database;
}
