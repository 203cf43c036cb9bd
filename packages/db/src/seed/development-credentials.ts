import type Database from 'better-sqlite3';
import { SEEDED_USERS } from './seed-data.ts';
import { hashToken } from './seed-rows.ts';

/** The development tokens in a database, by their names: `Admin development token`. Everybody knows their values. */
export function developmentCredentialsIn(connection: Database.Database): string[] {
  if (!hasTokens(connection)) return [];
  const find = connection.prepare('SELECT 1 FROM api_tokens WHERE token_hash = ?');
  return SEEDED_USERS.filter(({ token }) => find.get(hashToken(token)) !== undefined).map(({ tokenRow }) =>
    String(tokenRow.name),
  );
}

/** A database that is not migrated, or altered, may lack the column. */
function hasTokens(connection: Database.Database): boolean {
  const column = connection.prepare("SELECT 1 FROM pragma_table_info('api_tokens') WHERE name = 'token_hash'");
  return column.get() !== undefined;
}
