import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IronDatabase, makePage, type Page, pageSchema, parseInput, readCursor } from '@iron/db';
import { z } from 'zod';
import type { UsageRow } from '../recording/usage.ts';
import { COLUMNS, conditionsOf, filterFields, rangeFields } from '../reports/report-question.ts';

/** A usage row, and whose it was. */
export interface UsageLine extends UsageRow {
  readonly id: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly agentId: number | null;
}

/** Checks what `listUsage` takes. */
export const listUsageSchema = z.strictObject({ ...rangeFields, ...filterFields, ...pageSchema });
/** Checks what `exportUsage` takes. */
export const exportUsageSchema = z.strictObject({ ...rangeFields, ...filterFields, format: z.enum(['csv', 'ndjson']) });

/** What `listUsage` takes. `from` is in the range, `to` is not. */
export type ListUsageInput = z.input<typeof listUsageSchema>;
/** What `exportUsage` takes. */
export type ExportUsageInput = z.input<typeof exportUsageSchema>;

type LineFilter = Omit<z.output<typeof listUsageSchema>, 'limit' | 'cursor'>;
/** The time and the id of the last line that was looked at. */
type Place = readonly [recordedAt: number, id: number];
type FoundLine = UsageLine & { readonly isAsked: number };

const LINES_A_READ = 250;
const MOST_TOKENS_TO_MERGE = 50;
const START: Place = [0, 0];

/** Usage rows in the order of time. */
export async function listUsage(database: IronDatabase, input: unknown): Promise<Page<UsageLine>> {
  const { limit, cursor, ...filter } = parseInput('listUsage', listUsageSchema, input);
  const read = lineReader(database, filter);
  const lines: FoundLine[] = [];
  let place: Place | undefined = readCursor(z.tuple([z.number(), z.number()]), cursor) ?? START;
  while (place && lines.length <= limit) {
    const found: FoundLine[] = read(place);
    lines.push(...found.filter(({ isAsked }) => isAsked === 1));
    place = placeAfter(found);
    if (place) await nextTurn();
  }
  return makePage(lines, limit, { keyOf: ({ recordedAt, id }) => [recordedAt, id], itemOf: withoutMark });
}

/**
 * All usage rows in the order of time, some at a time. Each read is short and ends before the next begins, so that it
 * keeps nobody from writing and no log from being checkpointed; rows of the past that are added meanwhile may be missed.
 */
export async function* readUsage(
  database: IronDatabase,
  filter: LineFilter,
): AsyncGenerator<readonly UsageLine[], void, undefined> {
  const read = lineReader(database, filter);
  for (let place: Place | undefined = START; place;) {
    const found: FoundLine[] = read(place);
    yield found.filter(({ isAsked }) => isAsked === 1).map(withoutMark);
    place = placeAfter(found);
    await nextTurn();
  }
}

/** Reads the lines after a place. Those that are not asked for come, too, marked: so no read looks at more than its share. */
function lineReader({ connection }: IronDatabase, filter: LineFilter): (after: Place) => FoundLine[] {
  const conditions = conditionsOf(filter);
  const isAsked = conditions.map(({ dimension }) => ` AND ${COLUMNS[dimension]} IS +@${dimension}`).join('');
  const statement = connection.prepare<[object], FoundLine>(`
    SELECT
      u.id, u.recorded_at AS recordedAt, u.token_id AS tokenId, t.user_id AS userId, t.project_id AS projectId,
      t.agent_id AS agentId, u.request_id AS requestId, u.provider, u.model, u.input_tokens AS inputTokens,
      u.output_tokens AS outputTokens, u.cached_input_tokens AS cachedInputTokens,
      u.cache_write_tokens AS cacheWriteTokens, u.reasoning_tokens AS reasoningTokens, u.audio_tokens AS audioTokens,
      u.total_tokens AS totalTokens, u.requests_count AS requestsCount, u.cost_nanos AS costNanos,
      u.price_version AS priceVersion, t.id IS NOT NULL${isAsked} AS isAsked
    FROM (${sourceOf(connection, filter)}) u LEFT JOIN api_tokens t ON t.id = u.token_id
    ORDER BY u.recorded_at, u.id`);
  const { from, to = Number.MAX_SAFE_INTEGER } = filter;
  const asked = Object.fromEntries(conditions.map(({ dimension, value }) => [dimension, value]));
  // SQLite begins at the first bound that it is given: without `max`, each read would go through all before it again.
  return ([time, id]) => statement.all({ ...asked, from: Math.max(from, time), to, time, id });
}

function placeAfter(lines: readonly FoundLine[]): Place | undefined {
  const last = lines.at(-1);
  return last && lines.length === LINES_A_READ ? [last.recordedAt, last.id] : undefined;
}

function withoutMark(found: FoundLine): UsageLine {
  const { isAsked: _isAsked, ...line } = found;
  return line;
}

const AFTER_PLACE = `
  recorded_at >= +@from AND recorded_at < +@to AND (recorded_at, id) > (+@time, +@id)
  ORDER BY recorded_at, id LIMIT ${LINES_A_READ}`;

/** Where the lines are read: by the index of time, or of the token, or of each of the few tokens of a user. */
function sourceOf(connection: IronDatabase['connection'], { tokenId, userId }: LineFilter): string {
  if (tokenId !== undefined) {
    return `SELECT * FROM token_usage INDEXED BY idx_token_usage_token WHERE token_id = +@token AND ${AFTER_PLACE}`;
  }
  if (userId === undefined || !hasFewTokens(connection, userId)) {
    return `SELECT * FROM token_usage INDEXED BY idx_token_usage_recorded WHERE ${AFTER_PLACE}`;
  }
  // Among the next lines of each of the tokens are the next lines of the user.
  return `
    SELECT * FROM token_usage WHERE id IN (
      SELECT next.value FROM api_tokens t CROSS JOIN json_each((
        SELECT json_group_array(id) FROM (
          SELECT id FROM token_usage INDEXED BY idx_token_usage_token WHERE token_id = t.id AND ${AFTER_PLACE}
        )
      )) next
      WHERE t.user_id = +@user
    )
    ORDER BY recorded_at, id LIMIT ${LINES_A_READ}`;
}

function hasFewTokens(connection: IronDatabase['connection'], userId: string): boolean {
  const count = connection
    .prepare<[string, number], number>('SELECT count(*) FROM (SELECT 1 FROM api_tokens WHERE user_id = ? LIMIT ?)')
    .pluck();
  return (count.get(userId, MOST_TOKENS_TO_MERGE + 1) ?? 0) <= MOST_TOKENS_TO_MERGE;
}
