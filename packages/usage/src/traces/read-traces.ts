import { type IronDatabase, makePage, type Page, pageSchema, parseInput, readCursor, schema, text } from '@iron/db';
import type { Query, SQL } from 'drizzle-orm';
import { and, desc, eq, getTableColumns, gte, lt, sql } from '@iron/db/drizzle';
import { z } from 'zod';
import { TraceNotFoundError } from '../usage-errors.ts';
import { model, provider, rangeTime, requestId, tokenId } from '../usage-fields.ts';

/** A call as it went, with its payloads where they are kept. */
export type Trace = schema.ApiCallTrace;

/** A call as it went, without its payloads. */
export type TraceSummary = Omit<Trace, 'requestPayload' | 'responsePayload'>;

/** Checks what `listTraces` takes. */
export const listTracesSchema = z.strictObject({
  tokenId: tokenId.optional(),
  userId: text(500).optional().meta({ description: 'Those of this user’s tokens' }),
  requestId: requestId.optional(),
  provider: provider.optional(),
  model: model.optional(),
  responseStatus: z.int().optional(),
  from: rangeTime.optional(),
  to: rangeTime.optional(),
  ...pageSchema,
});

/** What `listTraces` takes. `from` is in the range, `to` is not. */
export type ListTracesInput = z.input<typeof listTracesSchema>;

const {
  requestPayload: _request,
  responsePayload: _response,
  ...summaryColumns
} = getTableColumns(schema.apiCallTraces);

type TracesQuestion = z.output<typeof listTracesSchema>;

const traces = schema.apiCallTraces;

/** Calls, the latest first. */
export async function listTraces(database: IronDatabase, input: unknown): Promise<Page<TraceSummary>> {
  const question = parseInput('listTraces', listTracesSchema, input);
  const rows = await tracesQuery(database, question);
  return makePage(rows, question.limit, { keyOf: ({ tracedAt, id }) => [tracedAt, id], itemOf: (row) => row });
}

/** Reads one trace more than the page has, if there is one. */
export function tracesQuery(
  { reader, engine }: IronDatabase,
  question: TracesQuestion,
): PromiseLike<TraceSummary[]> & { toSQL(): Query } {
  const { userId, limit } = question;
  const asked = conditionsOf(question);
  return reader
    .select(summaryColumns)
    .from(traces)
    .where(userId === undefined ? asked : latestOfUser[engine](userId, asked, limit + 1))
    .orderBy(desc(traces.tracedAt), desc(traces.id))
    .limit(limit + 1);
}

function conditionsOf({ cursor, from, to, ...equal }: TracesQuestion): SQL | undefined {
  const after = readCursor(z.tuple([z.int(), z.int()]), cursor);
  return and(
    equal.tokenId === undefined ? undefined : eq(traces.tokenId, equal.tokenId),
    equal.requestId === undefined ? undefined : eq(traces.requestId, equal.requestId),
    equal.provider === undefined ? undefined : eq(traces.provider, equal.provider),
    equal.model === undefined ? undefined : eq(traces.model, equal.model),
    equal.responseStatus === undefined ? undefined : eq(traces.responseStatus, equal.responseStatus),
    from === undefined ? undefined : gte(traces.tracedAt, from),
    // SQLite begins at the first bound that it is given, not at the cursor.
    to === undefined ? undefined : lt(traces.tracedAt, Math.min(to, (after?.[0] ?? Infinity) + 1)),
    after && sql`(${traces.tracedAt}, ${traces.id}) < (${after[0]}, ${after[1]})`,
  );
}

/**
 * The latest traces of each token of a user: among them are the latest of the user. So a page costs as many traces as
 * it has for each token, and not all of the user's, or all that there are.
 */
const latestOfUser = {
  sqlite: (userId: string, asked: SQL | undefined, most: number) => sql`${traces.id} IN (
    SELECT latest.value FROM ${schema.apiTokens} AS t CROSS JOIN json_each((
      SELECT json_group_array(id) FROM (${latestOfToken(asked, most)})
    )) AS latest
    WHERE t.user_id = ${userId})`,
  postgres: (userId: string, asked: SQL | undefined, most: number) => sql`${traces.id} IN (
    SELECT latest.id FROM ${schema.apiTokens} AS t CROSS JOIN LATERAL (${latestOfToken(asked, most)}) AS latest
    WHERE t.user_id = ${userId})`,
};

function latestOfToken(asked: SQL | undefined, most: number): SQL {
  const where = and(sql`token_id = t.id`, asked);
  return sql`SELECT id FROM ${traces} WHERE ${where} ORDER BY traced_at DESC, id DESC LIMIT ${most}`;
}

/** @throws {TraceNotFoundError} */
export async function getTrace({ reader }: IronDatabase, id: unknown): Promise<Trace> {
  const traceId = parseInput('getTrace', z.int(), id);
  const [trace] = await reader.select().from(traces).where(eq(traces.id, traceId)).limit(1);
  if (!trace) throw new TraceNotFoundError(traceId);
  return trace;
}
