import { databaseIdentity } from '../schema/database-identity.ts';
import { first, type Reader, run, type Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { ProductionRefusedError } from './connection-errors.ts';
import type { Environment } from './environment.ts';
import { PRODUCTION_MARK } from './identity.ts';
import type { IronDatabase } from './iron-database.ts';

/** Whether a migrated database is one of production. SQLite's header says it, too, for when the row is gone. */
export function* isOfProduction(database: IronDatabase, reader: Reader): Work<boolean> {
  if (
    database.engine === 'sqlite' &&
    database.connection.pragma('user_version', { simple: true }) === PRODUCTION_MARK
  ) {
    return true;
  }
  const identity = yield* first(reader.select().from(databaseIdentity));
  return identity?.environment === 'production';
}

/** @throws {ProductionRefusedError} the database is marked as one of production */
export function* requireNoProduction(database: IronDatabase, reader: Reader, action: string): Work<void> {
  if (yield* isOfProduction(database, reader)) throw new ProductionRefusedError(action, database.path, 'marker');
}

/**
 * Marks the database as one of production, for good. Any other environment leaves the mark as it is: a production
 * database that is opened on a developer's machine stays one.
 */
export async function markEnvironment(database: IronDatabase, environment: Environment): Promise<void> {
  if (environment !== 'production' || (await database.read((reader) => isOfProduction(database, reader)))) return;
  await database.write((tx) => mark(database, tx));
}

function* mark(database: IronDatabase, tx: Writer): Work<void> {
  yield* run(tx.update(databaseIdentity).set({ environment: 'production' }));
  if (database.engine === 'sqlite') database.connection.pragma(`user_version = ${PRODUCTION_MARK}`);
}
