import { type ServiceContext, text } from '@iron/db';
import { z } from 'zod';
import { UnknownTokenError } from '../usage-errors.ts';
import { count, model, parseCall, pastTime, provider, requestId, tokenId } from '../usage-fields.ts';
import { redactText } from './redact.ts';
import { storedPayload, type TracePayloads } from './trace-payload.ts';

const ENDPOINT_LENGTH = 2_000;

const traceSchema = z.strictObject({
  tokenId,
  requestId: requestId.nullish(),
  provider,
  model,
  endpoint: z.string().transform(redactText).pipe(text(ENDPOINT_LENGTH)),
  requestPayload: z.unknown().optional(),
  responseStatus: z.int().min(100).max(599).nullish(),
  responsePayload: z.unknown().optional(),
  durationMs: count,
  inputTokens: count.optional(),
  outputTokens: count.optional(),
  totalTokens: count.optional(),
  costNanos: count.nullish(),
  tracedAt: pastTime.optional(),
});

/** What `recordTrace` takes. Payloads are text, or anything that JSON can say. */
export type TraceInput = z.input<typeof traceSchema>;

interface Context extends ServiceContext {
  readonly payloads: TracePayloads;
}

/** Makes the function that writes traces; its statement is prepared once. */
export function traceRecorder({ database, now, payloads }: Context): (input: unknown) => Promise<{ traceId: number }> {
  const insert = database.connection.prepare(`
    INSERT INTO api_call_traces (
      token_id, request_id, provider, model, endpoint, request_payload, response_status, response_payload,
      duration_ms, input_tokens, output_tokens, total_tokens, cost_nanos, traced_at
    )
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM api_tokens WHERE id = ?)`);
  return async (input) => {
    const trace = parseCall('recordTrace', traceSchema, input);
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
    return await database.write(() => {
      const { changes, lastInsertRowid } = insert.run(...row, trace.tokenId);
      if (changes === 0) throw new UnknownTokenError(trace.tokenId);
      return { traceId: Number(lastInsertRowid) };
    });
  };
}
