import { openPostgresDatabase } from '../postgres/open-postgres-database.ts';
import { type DatabaseLocation, parseDatabaseUrl } from './database-url.ts';
import type { IronDatabase } from './iron-database.ts';
import { type OpenOptions, openSqliteDatabase } from './open-sqlite-database.ts';

/**
 * Opens a database of whichever engine the location names; its schema is not looked at (see `applyAllMigrations`).
 *
 * @param location a URL such as `sqlite:///./tokens.db` or `postgres://iron@db.example.org/iron`, or a parsed one
 * @throws {InvalidDatabaseUrlError} the URL is not one of Iron's
 * @throws {IronError} what {@link openSqliteDatabase} and {@link openPostgresDatabase} refuse
 */
export async function openDatabase(
  location: string | DatabaseLocation,
  options: OpenOptions = {},
): Promise<IronDatabase> {
  const target = typeof location === 'string' ? parseDatabaseUrl(location, process.cwd()) : location;
  if (target.kind === 'postgres') return await openPostgresDatabase(target, options);
  return await openSqliteDatabase(target, options);
}
