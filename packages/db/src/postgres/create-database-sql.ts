import type { PostgresLocation } from '../connection/postgres-location.ts';
import { quoteName } from '../structure/quote-name.ts';

/** Nothing that somebody has put into the template of this server, and every text that Iron stores. */
export const AS_NEW = "TEMPLATE template0 ENCODING 'UTF8'";

/** The statement by which an administrator makes the database that a URL names, for its user. */
export function createDatabaseSql({ database, user }: Pick<PostgresLocation, 'database' | 'user'>): string {
  return `CREATE DATABASE ${quoteName(database)} OWNER ${quoteName(user)} ${AS_NEW};`;
}
