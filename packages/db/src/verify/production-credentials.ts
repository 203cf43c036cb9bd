import type Database from 'better-sqlite3';
import type { Environment } from '../connection/environment.ts';
import { isProductionDatabase } from '../connection/identity.ts';
import { developmentCredentialsIn } from '../seed/development-credentials.ts';

interface Opened {
  readonly connection: Database.Database;
}

/** Whether what holds in production holds for a database: it is opened in production, or once was. */
export function isForProduction({ connection }: Opened, environment: Environment): boolean {
  return environment === 'production' || isProductionDatabase(connection);
}

/** The development tokens that have no business in a database, by their names; elsewhere than in production none. */
export function misplacedCredentialsIn(database: Opened, environment: Environment): string[] {
  return isForProduction(database, environment) ? developmentCredentialsIn(database.connection) : [];
}
