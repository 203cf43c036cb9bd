import { TraceNotFoundError } from '@iron/usage';
import { requireReach, userAskedFor } from '../../access/own.ts';
import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { requireOwnToken } from '../tokens/require-own-token.ts';
import {
  listTracesQuery,
  recordedTraceSchema,
  recordTraceBody,
  tracePage,
  traceParams,
  traceSchema,
} from './trace-schemas.ts';

const READ = { scope: 'traces:read', user: 'own', viewer: 'own' } as const;
const WRITE = { scope: 'traces:write', user: 'own', viewer: 'none' } as const;
const LONGEST_BODY = 1_000_000;

export const recordTrace = endpoint({
  id: 'recordTrace',
  method: 'post',
  path: '/api/traces',
  summary: 'Record how a call went',
  description:
    'Each try of a call has a trace of its own. What was sent and answered is kept only where the operator has switched ' +
    'that on (`server.trace_payloads`): at most 64 KiB of each, without what looks like a key or is named like one.',
  access: WRITE,
  body: recordTraceBody,
  example: {
    tokenId: 6,
    requestId: 'call-1',
    provider: 'openai',
    model: 'gpt-4o',
    endpoint: '/v1/chat/completions',
    responseStatus: 200,
    durationMs: 840,
  },
  answer: { status: 201, description: 'It is recorded', body: recordedTraceSchema },
  problems: ['usage.unknown_token'],
  creates: 'anything',
  longestBody: LONGEST_BODY,
  async handle({ body, services, ...asking }) {
    await requireOwnToken({ ...asking, services }, body.tokenId);
    return await services.usage.recordTrace(body);
  },
});

export const listTraces = endpoint({
  id: 'listTraces',
  method: 'get',
  path: '/api/traces',
  summary: 'How calls went, the latest first, without what was sent and answered',
  access: READ,
  query: listTracesQuery,
  answer: { status: 200, description: 'A part of the list', body: tracePage },
  handle: async ({ query, services, ...asking }) =>
    await services.usage.listTraces({ ...query, userId: userAskedFor(asking, query.userId) }),
});

export const showTrace = endpoint({
  id: 'showTrace',
  method: 'get',
  path: '/api/traces/{traceId}',
  summary: 'How a call went, with what was sent and answered where that was kept',
  access: READ,
  params: traceParams,
  answer: { status: 200, description: 'The trace', body: traceSchema },
  problems: ['usage.trace_not_found'],
  async handle({ params: { traceId }, services, ...asking }) {
    const trace = await services.usage.getTrace(traceId);
    if (asking.reach === 'own') {
      const owner = await services.tokens.getToken(trace.tokenId);
      requireReach(asking, owner, () => new TraceNotFoundError(traceId));
    }
    return trace;
  },
});

export const TRACE_ENDPOINTS: readonly Endpoint[] = [recordTrace, listTraces, showTrace];
