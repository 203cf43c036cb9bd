import { applyAllMigrations, openSqliteDatabase } from '@iron/db';
import type Database from 'better-sqlite3';

/** What fills a large database. */
export interface Shape {
  /** Its name in one word. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** Adds the rows of the calls with these numbers. */
  readonly addCalls: (connection: Database.Database, first: number, last: number) => void;
}

const FIRST_CALL_AT = Date.UTC(2026, 0, 1);
const TOKENS = 1_000;
const CALLS_A_STEP = 5_000;

const ADD_TOKENS = `
  WITH RECURSIVE token (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM token WHERE number < ${TOKENS})
  INSERT INTO api_tokens (token_hash, user_id, project_id, created_at)
  SELECT lower(hex(randomblob(32))), 'user_' || (number % 100), 'project_' || (number % 20), ${FIRST_CALL_AT}
  FROM token`;

/**
 * A call every 100 ms by one of 1,000 tokens, so rows come in order of time, and in each token's order too. Request
 * ids are random. One call in fifty has no price.
 */
const USAGE = `
  WITH RECURSIVE call (number) AS (SELECT :first UNION ALL SELECT number + 1 FROM call WHERE number < :last)
  INSERT INTO token_usage (token_id, request_id, provider, model, input_tokens, output_tokens, total_tokens,
                           cost_nanos, price_version, recorded_at)
  SELECT 1 + abs(random()) % ${TOKENS}, lower(hex(randomblob(16))), 'anthropic', 'claude-sonnet-4-5',
         1500, 600, 2100, iif(number % 50, 13500000, NULL), iif(number % 50, '2026-01', NULL),
         ${FIRST_CALL_AT} + number * 100
  FROM call`;

/** Requests of 0.5 to 4 KB and answers of 0.3 to 3 KB. */
const TRACES = `
  WITH RECURSIVE call (number) AS (SELECT :first UNION ALL SELECT number + 1 FROM call WHERE number < :last)
  INSERT INTO api_call_traces (token_id, request_id, provider, model, endpoint, request_payload, response_status,
                               response_payload, duration_ms, input_tokens, output_tokens, total_tokens, traced_at)
  SELECT 1 + abs(random()) % ${TOKENS}, lower(hex(randomblob(16))), 'anthropic', 'claude-sonnet-4-5', '/v1/messages',
         json_object('content', hex(randomblob(250 + abs(random()) % 1750))), 200,
         json_object('content', hex(randomblob(150 + abs(random()) % 1350))), 1200, 1500, 600, 2100,
         ${FIRST_CALL_AT} + number * 100
  FROM call WHERE number % 2`;

export const SHAPES: readonly Shape[] = [
  {
    key: 'traces',
    name: 'calls and their traces',
    description: 'A usage row for every call, and a trace of 1 to 7 KB for every second one.',
    addCalls: (connection, first, last) => {
      connection.prepare(USAGE).run({ first, last });
      connection.prepare(TRACES).run({ first, last });
    },
  },
  {
    key: 'rows',
    name: 'calls alone',
    description: 'A usage row for every call: the most rows and index entries a byte, which is the hardest to verify.',
    addCalls: (connection, first, last) => void connection.prepare(USAGE).run({ first, last }),
  },
];

/** Makes a migrated database of about that size at `path`; says how many calls are in it. */
export async function makeLargeDatabase(path: string, shape: Shape, megabytes: number): Promise<number> {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rwc' });
  await applyAllMigrations(database);
  const { connection } = database;
  connection.pragma('journal_mode = OFF'); // nobody minds if it is lost
  connection.pragma('synchronous = OFF');
  connection.pragma('cache_size = -500000');
  connection.exec(ADD_TOKENS);
  let calls = 0;
  while (sizeOf(connection) < megabytes * 1_000_000) {
    shape.addCalls(connection, calls + 1, calls + CALLS_A_STEP);
    calls += CALLS_A_STEP;
  }
  connection.pragma('journal_mode = WAL');
  return calls;
}

function sizeOf(connection: Database.Database): number {
  return (
    Number(connection.pragma('page_count', { simple: true })) * Number(connection.pragma('page_size', { simple: true }))
  );
}
