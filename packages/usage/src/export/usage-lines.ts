import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type IronDatabase,
  makePage,
  type Page,
  pageSchema,
  parseInput,
  readCursor,
  type Reader,
  schema,
  selectList,
  type SqlText,
} from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import { z } from 'zod';
import type { UsageRow } from '../recording/usage.ts';
import { conditionsOf, filterFields, rangeFields, type ReportDimension } from '../reports/report-question.ts';

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
/** One whose token is gone, as programs without foreign keys leave it, has no user. */
type FoundLine = Omit<UsageLine, 'userId'> & { readonly userId: string | null };

const LINES_A_READ = 250;
const MOST_TOKENS_TO_MERGE = 50;
const START: Place = [0, 0];

/** Usage rows in the order of time. */
export async function listUsage(database: IronDatabase, input: unknown): Promise<Page<UsageLine>> {
  const { limit, cursor, ...filter } = parseInput('listUsage', listUsageSchema, input);
  const read = await lineReader(database, filter);
  const lines: UsageLine[] = [];
  let place: Place | undefined = readCursor(z.tuple([z.int(), z.int()]), cursor) ?? START;
  while (place && lines.length <= limit) {
    const { asked, next }: ReadLines = await read(place);
    lines.push(...asked);
    place = next;
    if (place) await nextTurn();
  }
  return makePage(lines, limit, { keyOf: ({ recordedAt, id }) => [recordedAt, id], itemOf: (line) => line });
}

/**
 * All usage rows in the order of time, some at a time. Each read is short and ends before the next begins, so that it
 * keeps nobody from writing and no log from being checkpointed; rows of the past that are added meanwhile may be missed.
 */
export async function* readUsage(
  database: IronDatabase,
  filter: LineFilter,
): AsyncGenerator<readonly UsageLine[], void, undefined> {
  const read = await lineReader(database, filter);
  for (let place: Place | undefined = START; place;) {
    const { asked, next }: ReadLines = await read(place);
    yield asked;
    place = next;
    await nextTurn();
  }
}

/** Some lines, and where the next ones begin; `undefined` at the end. */
interface ReadLines {
  readonly asked: readonly UsageLine[];
  readonly next: Place | undefined;
}

/** Reads the lines after a place. Each read looks at so many lines, and gives those of them that are asked for. */
async function lineReader(database: IronDatabase, filter: LineFilter): Promise<(after: Place) => Promise<ReadLines>> {
  const source = await sourceOf(database.reader, filter);
  const statement = database.reader.statement<unknown[], FoundLine>(source.text);
  const conditions = conditionsOf(filter);
  const isAsked = (line: FoundLine): line is FoundLine & UsageLine =>
    line.userId !== null && conditions.every(({ dimension, value }) => line[FIELDS[dimension]] === value);
  const { from, to = Number.MAX_SAFE_INTEGER } = filter;
  return async ([time, id]) => {
    // The read begins at the first bound that it is given: without `max`, each would go through all before it again.
    const place = [Math.max(from, time), to, time, id];
    const lines = await statement.all(...source.values(place));
    return { asked: lines.filter(isAsked), next: placeAfter(lines) };
  };
}

const FIELDS = {
  token: 'tokenId',
  user: 'userId',
  project: 'projectId',
  agent: 'agentId',
  provider: 'provider',
  model: 'model',
} as const satisfies Record<ReportDimension, keyof UsageLine>;

function placeAfter(lines: readonly FoundLine[]): Place | undefined {
  const last = lines.at(-1);
  return last && lines.length === LINES_A_READ ? [last.recordedAt, last.id] : undefined;
}

/** Where the lines are read, and what is bound to it. */
interface Source {
  readonly text: SqlText;
  values(place: readonly number[]): (number | string)[];
}

/** By the index of time, or of the token, or of each of the few tokens of a user. */
async function sourceOf(reader: Reader, { tokenId, userId }: LineFilter): Promise<Source> {
  if (tokenId !== undefined) return { text: BY_TOKEN, values: (place) => [tokenId, ...place] };
  if (userId === undefined || !(await hasFewTokens(reader, userId))) {
    return { text: BY_TIME, values: (place) => [...place] };
  }
  return { text: BY_USER, values: (place) => [...place, userId] };
}

const COUNT_TOKENS = `
  SELECT count(*) AS tokens FROM (
    SELECT 1 AS token FROM api_tokens WHERE user_id = ? LIMIT ${MOST_TOKENS_TO_MERGE + 1}
  ) AS first_ones`;

async function hasFewTokens(reader: Reader, userId: string): Promise<boolean> {
  const count = await reader.statement<[string], { tokens: number }>(COUNT_TOKENS).get(userId);
  return (count?.tokens ?? 0) <= MOST_TOKENS_TO_MERGE;
}

/** Binds the two ends of the range, and the time and the id of the place. The sign has SQLite keep its plan. */
const AFTER_PLACE = {
  sqlite: afterPlace('+?'),
  postgres: afterPlace('?'),
};

function afterPlace(value: string): string {
  return `
    recorded_at >= ${value} AND recorded_at < ${value} AND (recorded_at, id) > (${value}, ${value})
    ORDER BY recorded_at, id LIMIT ${LINES_A_READ}`;
}

/** Of a usage row: when, whose, and what it was. */
const { id: ROW_ID, recordedAt: RECORDED_AT, tokenId: TOKEN_ID, ...OF_CALL } = getTableColumns(schema.tokenUsage);

const BY_TIME = linesOf({
  sqlite: `SELECT * FROM token_usage INDEXED BY idx_token_usage_recorded WHERE ${AFTER_PLACE.sqlite}`,
  postgres: `SELECT * FROM token_usage WHERE ${AFTER_PLACE.postgres}`,
});

const BY_TOKEN = linesOf({
  sqlite: `SELECT * FROM token_usage INDEXED BY idx_token_usage_token WHERE token_id = +? AND ${AFTER_PLACE.sqlite}`,
  postgres: `SELECT * FROM token_usage WHERE token_id = ? AND ${AFTER_PLACE.postgres}`,
});

/** Among the next lines of each of the tokens are the next lines of the user. */
const BY_USER = linesOf({
  sqlite: `
    SELECT * FROM token_usage WHERE id IN (
      SELECT next.value FROM api_tokens t CROSS JOIN json_each((
        SELECT json_group_array(id) FROM (
          SELECT id FROM token_usage INDEXED BY idx_token_usage_token WHERE token_id = t.id AND ${AFTER_PLACE.sqlite}
        )
      )) next
      WHERE t.user_id = +?
    )
    ORDER BY recorded_at, id LIMIT ${LINES_A_READ}`,
  postgres: `
    SELECT lines.* FROM api_tokens t CROSS JOIN LATERAL (
      SELECT * FROM token_usage WHERE token_id = t.id AND ${AFTER_PLACE.postgres}
    ) AS lines
    WHERE t.user_id = ?
    ORDER BY lines.recorded_at, lines.id LIMIT ${LINES_A_READ}`,
});

function linesOf({ sqlite, postgres }: { readonly sqlite: string; readonly postgres: string }): SqlText {
  return { sqlite: linesFrom(sqlite), postgres: linesFrom(postgres) };
}

function linesFrom(source: string): string {
  return `
    SELECT
      ${selectList({ id: ROW_ID, recordedAt: RECORDED_AT, tokenId: TOKEN_ID }, 'u')},
      t.user_id AS "userId", t.project_id AS "projectId", t.agent_id AS "agentId",
      ${selectList(OF_CALL, 'u')}
    FROM (${source}) u LEFT JOIN api_tokens t ON t.id = u.token_id
    ORDER BY u.recorded_at, u.id`;
}
