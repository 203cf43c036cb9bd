import { type IronDatabase, makePage, type Page, pageSchema, parseInput, readCursor, schema } from '@iron/db';
import { and, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { TraceNotFoundError } from '../usage-errors.ts';
import { model, provider, rangeTime, requestId, tokenId } from '../usage-fields.ts';

/** A call as it went, with its payloads where they are kept. */
export type Trace = schema.ApiCallTrace;

/** A call as it went, without its payloads. */
export type TraceSummary = Omit<Trace, 'requestPayload' | 'responsePayload'>;

const listTracesSchema = z.strictObject({
  tokenId: tokenId.optional(),
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

/** Calls, the latest first. */
export function listTraces({ reader }: IronDatabase, input: unknown): Page<TraceSummary> {
  const { limit, cursor, from, to, ...equal } = parseInput('listTraces', listTracesSchema, input);
  const traces = schema.apiCallTraces;
  const after = readCursor(z.tuple([z.number(), z.number()]), cursor);
  const conditions: (SQL | undefined)[] = [
    equal.tokenId === undefined ? undefined : eq(traces.tokenId, equal.tokenId),
    equal.requestId === undefined ? undefined : eq(traces.requestId, equal.requestId),
    equal.provider === undefined ? undefined : eq(traces.provider, equal.provider),
    equal.model === undefined ? undefined : eq(traces.model, equal.model),
    equal.responseStatus === undefined ? undefined : eq(traces.responseStatus, equal.responseStatus),
    from === undefined ? undefined : gte(traces.tracedAt, from),
    // SQLite begins at the first bound that it is given, not at the cursor.
    to === undefined ? undefined : lt(traces.tracedAt, Math.min(to, (after?.[0] ?? Infinity) + 1)),
    after && sql`(${traces.tracedAt}, ${traces.id}) < (${after[0]}, ${after[1]})`,
  ];
  const rows = reader
    .select(summaryColumns)
    .from(traces)
    .where(and(...conditions))
    .orderBy(desc(traces.tracedAt), desc(traces.id))
    .limit(limit + 1)
    .all();
  return makePage(rows, limit, { keyOf: ({ tracedAt, id }) => [tracedAt, id], itemOf: (row) => row });
}

/** @throws {TraceNotFoundError} */
export function getTrace({ reader }: IronDatabase, id: unknown): Trace {
  const traceId = parseInput('getTrace', z.int(), id);
  const trace = reader.select().from(schema.apiCallTraces).where(eq(schema.apiCallTraces.id, traceId)).get();
  if (!trace) throw new TraceNotFoundError(traceId);
  return trace;
}
