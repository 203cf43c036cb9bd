import { type ServiceContext, text, wait, type Work, type Writer } from '@iron/db';
import { z } from 'zod';
import { UnknownTokenError } from '../usage-errors.ts';
import { cost, count, model, parseCall, pastTime, provider, requestId, tokenId } from '../usage-fields.ts';
import { redactText } from './redact.ts';
import { storedPayload, type TracePayloads } from './trace-payload.ts';

const ENDPOINT_LENGTH = 2_000;

/** Checks what `recordTrace` takes. */
export const recordTraceSchema = z.strictObject({
  tokenId,
  requestId: requestId.nullish(),
  provider,
  model,
  endpoint: z
    .string()
    .transform(redactText)
    .pipe(text(ENDPOINT_LENGTH))
    .meta({ description: 'Where the call went. Keys are taken out of it' }),
  requestPayload: z
    .unknown()
    .optional()
    .meta({ description: 'What was sent: text, or any JSON. Kept only where the operator has switched that on' }),
  responseStatus: z.int().min(100).max(599).nullish(),
  responsePayload: z
    .unknown()
    .optional()
    .meta({ description: 'What was answered: text, or any JSON. Kept as what was sent is' }),
  durationMs: count,
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  totalTokens: count.optional(),
  costNanos: cost.nullish(),
  tracedAt: pastTime
    .optional()
    .meta({ description: 'When the call was, in milliseconds since the epoch. Default: now' }),
});

/** What `recordTrace` takes. Payloads are text, or anything that JSON can say. */
export type TraceInput = z.input<typeof recordTraceSchema>;

interface Context extends ServiceContext {
  readonly payloads: TracePayloads;
}

type Cell = string | number | null;

const INSERT = `
  INSERT INTO api_call_traces (
    token_id, request_id, provider, model, endpoint, request_payload, response_status, response_payload,
    duration_ms, input_tokens, output_tokens, total_tokens, cost_nanos, traced_at
  )
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = ?)`;

/** Makes the function that writes traces. */
export function traceRecorder({ database, now, payloads }: Context): (input: unknown) => Promise<{ traceId: number }> {
  return async (input) => {
    const trace = parseCall('recordTrace', recordTraceSchema, input);
    const row = [
      trace.tokenId,
      trace.requestId ?? null,
      trace.provider,
      trace.model,
      trace.endpoint,
      storedPayload(trace.requestPayload, payloads),
      trace.responseStatus ?? null,
      storedPayload(trace.responsePayload, payloads),
      trace.durationMs,
      trace.inputTokens ?? null,
      trace.outputTokens ?? null,
      trace.totalTokens ?? null,
      trace.costNanos ?? null,
      trace.tracedAt ?? now(),
    ];
    return await database.call({ needs: () => [], work: (tx) => insertTrace(tx, row, trace.tokenId) });
  };
}

function* insertTrace(tx: Writer, row: readonly Cell[], ofToken: number): Work<{ traceId: number }> {
  const traceId = yield* wait(tx.statement<Cell[]>(INSERT).insert(...row, ofToken));
  if (traceId === undefined) throw new UnknownTokenError(ofToken);
  return { traceId };
}
