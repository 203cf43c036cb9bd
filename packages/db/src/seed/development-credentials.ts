import type Database from 'better-sqlite3';
import { SEEDED_USERS } from './seed-data.ts';
import { hashToken } from './seed-rows.ts';

/** The names of the development tokens in a database. Everybody knows their values. */
export function developmentCredentialsIn(connection: Database.Database): string[] {
  const find = connection.prepare('SELECT 1 FROM api_tokens WHERE token_hash = ?');
  return SEEDED_USERS.filter(({ token }) => find.get(hashToken(token)) !== undefined).map(({ token }) => token);
}
