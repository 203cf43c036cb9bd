import { applyAllMigrations, openSqliteDatabase } from '@iron/db';
import { usedBytes } from './used-bytes.ts';
import { addLimits, addTokens } from './tokens-and-limits.ts';

const TOKENS_A_USER = 10;
const YEAR_MS = 365 * 86_400_000;
const MOST_CALLS_A_STEP = 100_000;
const STEPS = 20;

/** How many calls are in a database, and by how many tokens. */
export interface ServedContents {
  readonly calls: number;
  readonly tokens: number;
}

/** What calls are served from: the tokens' secrets are known here only. */
export interface ServedDatabase extends ServedContents {
  readonly path: string;
  readonly secrets: readonly string[];
  /** How large it was before its first call, and then after so many. */
  readonly sizes: readonly { readonly calls: number; readonly bytes: number }[];
}

const ADD_USERS = `
  WITH RECURSIVE owner (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM owner WHERE number < :users - 1)
  INSERT INTO users (id, username, role, created_at) SELECT 'user_' || number, 'user_' || number, 'user', :at FROM owner`;

/**
 * Calls of a year, in order of time, each by any of the tokens, of one of 20 models of 5 providers: the same days and
 * models, and so about as many sums, however many calls there are.
 */
const ADD_CALLS = `
  WITH RECURSIVE call (number) AS (SELECT :first UNION ALL SELECT number + 1 FROM call WHERE number < :last)
  INSERT INTO token_usage (token_id, request_id, provider, model, input_tokens, output_tokens, total_tokens,
                           cost_nanos, price_version, recorded_at)
  SELECT 1 + abs(random()) % :tokens, lower(hex(randomblob(16))), 'provider_' || (number % 5), 'model_' || (number % 20),
         1500, 600, 2100, iif(number % 50, 13500000, NULL), iif(number % 50, '2026-01', NULL),
         :from + number * :apart
  FROM call`;

/** Makes a database whose last year were so many calls, by tokens of which ten each belong to one user. */
export async function makeServedDatabase(path: string, { calls, tokens }: ServedContents): Promise<ServedDatabase> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  await applyAllMigrations(database);
  const { connection } = database;
  connection.pragma('journal_mode = OFF'); // nobody minds if it is lost
  connection.pragma('synchronous = OFF');
  connection.pragma('cache_size = -2000000');
  const from = Date.now() - YEAR_MS;
  const users = Math.ceil(tokens / TOKENS_A_USER);
  connection.prepare(ADD_USERS).run({ users, at: from });
  const callers = { tokens, users, inProjects: true };
  const secrets = await addTokens(database, callers);
  await addLimits(database, callers);
  const add = connection.prepare(ADD_CALLS);
  const apart = Math.floor(YEAR_MS / calls);
  const aStep = Math.min(MOST_CALLS_A_STEP, Math.ceil(calls / STEPS));
  const sizes = [{ calls: 0, bytes: usedBytes(connection) }];
  for (let first = 0; first < calls; first += aStep) {
    const next = Math.min(first + aStep, calls);
    add.run({ first, last: next - 1, from, apart, tokens });
    sizes.push({ calls: next, bytes: usedBytes(connection) });
  }
  connection.pragma('journal_mode = WAL');
  return { path, calls, tokens, secrets, sizes };
}
