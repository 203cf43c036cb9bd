import { openDatabase } from '@iron/db';
import { makeMigratedPostgres } from './migrated-postgres.ts';
import { addLimits, addTokens, type Callers } from './tokens-and-limits.ts';

const YEAR_MS = 365 * 86_400_000;
const CALLS_A_STEP = 100_000;

/** A database of a PostgreSQL server that calls are served from: the tokens' secrets are known here only. */
export interface ServedPostgres {
  readonly url: string;
  /** How many calls it had at first. */
  readonly calls: number;
  readonly secrets: readonly string[];
}

/** What a database on the server is to hold. */
export interface PostgresContents extends Callers {
  readonly name: string;
  readonly calls: number;
}

const ADD_USERS = `
  INSERT INTO users (id, username, role, created_at)
  SELECT 'user_' || owner, 'user_' || owner, 'user', $2 FROM generate_series(0, $1::bigint - 1) AS owner`;

/** As in the file of SQLite: calls of a year, in order of time, each by any of the tokens, of one of 20 models. */
const ADD_CALLS = `
  INSERT INTO token_usage (token_id, request_id, provider, model, input_tokens, output_tokens, total_tokens,
                           cost_nanos, price_version, recorded_at)
  SELECT 1 + floor(random() * $3::bigint), gen_random_uuid()::text, 'provider_' || (call % 5), 'model_' || (call % 20),
         1500, 600, 2100, CASE WHEN call % 50 > 0 THEN 13500000 END, CASE WHEN call % 50 > 0 THEN '2026-01' END,
         $4::bigint + call * $5::bigint
  FROM generate_series($1::bigint, $2::bigint) AS call`;

/**
 * Makes a database on a server whose last year were so many calls.
 *
 * @param server the URL of its maintenance database
 */
export async function makeServedPostgres(server: string, contents: PostgresContents): Promise<ServedPostgres> {
  const { name, calls, tokens, users } = contents;
  const url = await makeMigratedPostgres(server, name);
  await using database = await openDatabase(url);
  if (database.engine !== 'postgres') throw new TypeError('This is no server.');
  const from = Date.now() - YEAR_MS;
  await database.session.query(ADD_USERS, [users, from]);
  const secrets = await addTokens(database, contents);
  await addLimits(database, contents);
  const apart = Math.floor(YEAR_MS / Math.max(calls, 1));
  for (let first = 0; first < calls; first += CALLS_A_STEP) {
    const last = Math.min(first + CALLS_A_STEP, calls) - 1;
    await database.session.query(ADD_CALLS, [first, last, tokens, from, apart]);
  }
  await database.session.query('VACUUM ANALYZE');
  return { url, calls, secrets };
}
