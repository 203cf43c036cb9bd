import { listTracesSchema, recordTraceSchema } from '@iron/usage';
import { z } from 'zod';
import { page, rowId, time } from '../fields.ts';

const count = z.int().nullable();
const payload = z.string().nullable();

const traceFields = {
  id: rowId,
  tokenId: rowId,
  requestId: z.string().nullable().meta({ description: 'Each try of a call has a trace of its own' }),
  provider: z.string(),
  model: z.string(),
  endpoint: z.string().meta({ description: 'Where the call went, without keys' }),
  responseStatus: z.int().nullable().meta({ description: 'null: no answer came' }),
  durationMs: z.int(),
  inputTokens: count,
  outputTokens: count,
  totalTokens: count,
  costNanos: count,
  tracedAt: time,
};

const traceSummarySchema = z.strictObject(traceFields).meta({ id: 'TraceSummary' });

export const traceSchema = z
  .strictObject({
    ...traceFields,
    requestPayload: payload.meta({ description: 'At most 64 KiB of it, without secrets; null: it was not kept' }),
    responsePayload: payload,
  })
  .meta({ id: 'Trace' });

export const recordedTraceSchema = z.strictObject({ traceId: rowId });
export const tracePage = page(traceSummarySchema);

export const traceParams = z.strictObject({ traceId: rowId });
export const recordTraceBody = recordTraceSchema;
export const listTracesQuery = listTracesSchema;
