import type Database from 'better-sqlite3';
import type { Environment } from '../connection/environment.ts';
import { isOfProduction } from '../connection/environment-mark.ts';
import { isProductionDatabase } from '../connection/identity.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { developmentCredentialsIn } from '../seed/development-credentials.ts';
import { SEEDED_USERS } from '../seed/seed-data.ts';
import { hashToken } from '../seed/seed-rows.ts';
import type { Reader } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';

/** Whether what holds in production holds for a migrated database: it is opened in production, or once was. */
export async function isForProduction(database: IronDatabase, environment: Environment): Promise<boolean> {
  return environment === 'production' || (await database.read((reader) => isOfProduction(database, reader)));
}

/**
 * The development tokens that have no business in a migrated database, by their names; elsewhere than in production
 * none.
 */
export async function findMisplacedCredentials(database: IronDatabase, environment: Environment): Promise<string[]> {
  return (await isForProduction(database, environment)) ? await database.read(findDevelopmentCredentials) : [];
}

const HAS_TOKEN = 'SELECT 1 AS found FROM api_tokens WHERE token_hash = ?';

function* findDevelopmentCredentials(reader: Reader): Work<string[]> {
  const names: string[] = [];
  for (const { token, tokenRow } of SEEDED_USERS) {
    if (yield* wait(reader.statement<[string]>(HAS_TOKEN).get(hashToken(token)))) names.push(String(tokenRow.name));
  }
  return names;
}

/** {@link findMisplacedCredentials} for a file of which nothing is known, not even whether it is migrated. */
export function misplacedCredentialsIn(
  { connection }: { readonly connection: Database.Database },
  environment: Environment,
): string[] {
  const isOne = environment === 'production' || isProductionDatabase(connection);
  return isOne ? developmentCredentialsIn(connection) : [];
}
