import type { Environment } from '../connection/environment.ts';
import { isOfProduction } from '../connection/environment-mark.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { developmentCredentialsIn } from '../seed/development-credentials.ts';

/** Whether what holds in production holds for a migrated database: it is opened in production, or once was. */
export async function isForProduction(database: IronDatabase, environment: Environment): Promise<boolean> {
  return environment === 'production' || (await database.read((reader) => isOfProduction(database, reader)));
}

/**
 * The development tokens that have no business in a migrated database, by their names; elsewhere than in production
 * none.
 */
export async function findMisplacedCredentials(database: IronDatabase, environment: Environment): Promise<string[]> {
  return (await isForProduction(database, environment)) ? await database.read(developmentCredentialsIn) : [];
}
