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

const LINES_A_READ = 1_000;
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
  const { from, to = Number.MAX_SAFE_INTEGER, tokenId } = filter;
  const conditions = conditionsOf(filter);
  const isAsked = conditions.map(({ dimension }) => ` AND ${COLUMNS[dimension]} IS ?`).join('');
  const index = tokenId === undefined ? 'idx_token_usage_recorded' : 'idx_token_usage_token';
  const statement = connection.prepare<unknown[], FoundLine>(`
    SELECT
      u.id, u.recorded_at AS recordedAt, u.token_id AS tokenId, t.user_id AS userId, t.project_id AS projectId,
      t.agent_id AS agentId, u.request_id AS requestId, u.provider, u.model, u.input_tokens AS inputTokens,
      u.output_tokens AS outputTokens, u.cached_input_tokens AS cachedInputTokens,
      u.cache_write_tokens AS cacheWriteTokens, u.reasoning_tokens AS reasoningTokens, u.audio_tokens AS audioTokens,
      u.total_tokens AS totalTokens, u.requests_count AS requestsCount, u.cost_nanos AS costNanos,
      u.price_version AS priceVersion, t.id IS NOT NULL${isAsked} AS isAsked
    FROM (
      SELECT * FROM token_usage INDEXED BY ${index}
      WHERE ${tokenId === undefined ? '' : 'token_id = ? AND'} recorded_at >= ? AND recorded_at < ?
        AND (recorded_at, id) > (?, ?)
      ORDER BY recorded_at, id LIMIT ${LINES_A_READ}
    ) u LEFT JOIN api_tokens t ON t.id = u.token_id
    ORDER BY u.recorded_at, u.id`);
  const asked = conditions.map(({ value }) => value);
  // SQLite begins at the first bound that it is given: without `max`, each read would go through all before it again.
  return ([recordedAt, id]) =>
    statement.all(
      ...asked,
      ...(tokenId === undefined ? [] : [tokenId]),
      Math.max(from, recordedAt),
      to,
      recordedAt,
      id,
    );
}

function placeAfter(lines: readonly FoundLine[]): Place | undefined {
  const last = lines.at(-1);
  return last && lines.length === LINES_A_READ ? [last.recordedAt, last.id] : undefined;
}

function withoutMark(found: FoundLine): UsageLine {
  const { isAsked: _isAsked, ...line } = found;
  return line;
}
