import type { Admission, CallBounds } from '@iron/admission';
import type { schema } from '@iron/db';
import { HoldNotFoundError } from '@iron/limits';
import { InvalidTokenError } from '@iron/tokens';
import type { z } from 'zod';
import { requireReach, userAskedFor } from '../../access/own.ts';
import { type Call, type Endpoint, endpoint } from '../../http/endpoint.ts';
import { LIMIT_HEADERS, sayLimits } from '../../http/limit-headers.ts';
import { TokenRefusedError } from './hold-errors.ts';
import {
  admissionSchema,
  createHoldBody,
  holdPage,
  holdParams,
  holdSchema,
  listHoldsQuery,
  releasedSchema,
  releaseHoldBody,
  settleHoldBody,
  settlementSchema,
} from './hold-schemas.ts';

const READ = { scope: 'holds:read', user: 'own', viewer: 'own' } as const;
const WRITE = { scope: 'holds:write', user: 'own', viewer: 'none' } as const;

export const createHold = endpoint({
  id: 'createHold',
  method: 'post',
  path: '/api/holds',
  summary: 'Let a call through, or not',
  description:
    'For gateways: `token` is that of whoever makes the call, the header `Authorization` has the gateway’s own. The most ' +
    'that the call may use is taken out of every limit that applies, or out of none. The same `requestId` is the same ' +
    'call; without one, an `Idempotency-Key` gives it. Afterwards settle or release it. The gateway of a user lets ' +
    'through the calls of that user alone.',
  access: WRITE,
  body: createHoldBody,
  example: {
    token: 'iron_dev_pm_token_002',
    provider: 'openai',
    model: 'gpt-4o',
    inputTokens: 300,
    maxOutputTokens: 400,
    requestId: 'call-1',
  },
  answer: { status: 201, description: 'It is let through', body: admissionSchema, headers: LIMIT_HEADERS },
  problems: [
    'admission.token_refused',
    'admission.provider_not_allowed',
    'admission.unpriced_model',
    'limit.exceeded',
    'limit.request_id_taken',
    'price.cost_too_large',
  ],
  creates: 'itself',
  async handle(call) {
    const admission = await admit(call);
    sayLimits(call, admission.limitStates());
    const { requestId, isNew, expiresAt, held, token } = admission;
    const { tokenId, userId, projectId, agentId, allowedProviders } = token;
    return { requestId, isNew, expiresAt, held, token: { tokenId, userId, projectId, agentId, allowedProviders } };
  },
});

export const listHolds = endpoint({
  id: 'listHolds',
  method: 'get',
  path: '/api/holds',
  summary: 'What calls hold that are under way, or did until they ended',
  description:
    'Those under way user by user, first what expires first; those that ended, the latest made first, for as long as ' +
    'they are kept. Of these a part may have fewer than `limit`, or none, and go on all the same.',
  access: READ,
  query: listHoldsQuery,
  answer: { status: 200, description: 'A part of the list', body: holdPage },
  async handle({ query, services, ...asking }) {
    const userId = userAskedFor(asking, query.userId);
    const { items, nextCursor } = await services.limits.listHolds({ ...query, userId });
    return { items: items.map(shown), nextCursor };
  },
});

export const showHold = endpoint({
  id: 'showHold',
  method: 'get',
  path: '/api/holds/{requestId}',
  summary: 'What one call holds, or did until it ended',
  access: READ,
  params: holdParams,
  answer: { status: 200, description: 'The hold', body: holdSchema },
  problems: ['limit.hold_not_found'],
  async handle({ params: { requestId }, services, ...asking }) {
    const hold = await services.limits.getHold(requestId);
    return shown(requireReach(asking, hold, () => new HoldNotFoundError(requestId)));
  },
});

export const settleHold = endpoint({
  id: 'settleHold',
  method: 'post',
  path: '/api/holds/{requestId}/settle',
  summary: 'Record what a call used, in the place of what it held',
  description:
    'On disk when it is answered. A second time changes nothing; with other counts it is refused. ' +
    'A call that was used counts also after its hold was released or has expired.',
  access: WRITE,
  params: holdParams,
  body: settleHoldBody,
  example: { inputTokens: 280, cachedInputTokens: 256, outputTokens: 90 },
  answer: { status: 200, description: 'What the call cost', body: settlementSchema },
  problems: [
    'limit.hold_not_found',
    'admission.not_admitted',
    'usage.conflict',
    'usage.invalid_count',
    'usage.totals_do_not_add_up',
    'usage.too_old',
    'price.cost_too_large',
    'database.sum_too_large',
  ],
  async handle(call) {
    const { requestId } = call.params;
    return await call.services.admissions.settle({ ...call.body, requestId }, boundsOf(call));
  },
});

export const releaseHold = endpoint({
  id: 'releaseHold',
  method: 'post',
  path: '/api/holds/{requestId}/release',
  summary: 'Give back what a call holds: it was not made, or cost nothing',
  access: WRITE,
  params: holdParams,
  body: releaseHoldBody,
  example: { reason: 'the provider did not answer' },
  answer: { status: 200, description: 'Whether it was given back', body: releasedSchema },
  problems: ['limit.hold_not_found'],
  async handle(call) {
    const { requestId } = call.params;
    const released = await call.services.admissions.release({ ...call.body, requestId }, boundsOf(call));
    return { requestId, released };
  },
});

export const HOLD_ENDPOINTS: readonly Endpoint[] = [createHold, listHolds, showHold, settleHold, releaseHold];

type Asking = Pick<Call<unknown, unknown, unknown>, 'principal' | 'reach'>;

function boundsOf({ principal, reach }: Asking): CallBounds {
  return reach === 'any' ? {} : { ofUser: principal.userId };
}

/** @throws {TokenRefusedError} and whatever else `authorize` throws */
async function admit(call: Call<unknown, unknown, z.output<typeof createHoldBody>>): Promise<Admission> {
  const { body, services } = call;
  const requestId = body.requestId ?? call.requestIdOfKey ?? undefined;
  try {
    return await services.admissions.authorize({ ...body, requestId }, boundsOf(call));
  } catch (error) {
    throw error instanceof InvalidTokenError ? new TokenRefusedError() : error;
  }
}

function shown(hold: schema.Hold): z.output<typeof holdSchema> {
  const { id: _row, tokens, requests, costNanos, ...shownAsIs } = hold;
  return { ...shownAsIs, held: { tokens, requests, costNanos } };
}
