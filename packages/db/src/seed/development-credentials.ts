import type { Reader, SqlText } from '../work/queries.ts';
import { wait, type Work } from '../work/work.ts';
import { SEEDED_USERS } from './seed-data.ts';
import { hashToken } from './seed-rows.ts';

/** A database that is not migrated, or altered, may lack the column. */
const HAS_TOKENS: SqlText = {
  sqlite: "SELECT 1 AS found FROM pragma_table_info('api_tokens') WHERE name = 'token_hash'",
  postgres: `SELECT 1 AS found FROM pg_attribute
    WHERE attrelid = to_regclass('api_tokens') AND attname = 'token_hash' AND NOT attisdropped`,
};

const HAS_TOKEN = 'SELECT 1 AS found FROM api_tokens WHERE token_hash = ?';

/** The development tokens in a database, by their names: `Admin development token`. Everybody knows their values. */
export function* developmentCredentialsIn(reader: Reader): Work<string[]> {
  if (!(yield* wait(reader.statement<[]>(HAS_TOKENS).get()))) return [];
  const names: string[] = [];
  for (const { token, tokenRow } of SEEDED_USERS) {
    if (yield* wait(reader.statement<[string]>(HAS_TOKEN).get(hashToken(token)))) names.push(String(tokenRow.name));
  }
  return names;
}
