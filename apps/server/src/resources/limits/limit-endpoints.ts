import { LimitNotFoundError, type LimitWithStates } from '@iron/limits';
import type { z } from 'zod';
import { requireReach, userAskedFor } from '../../access/own.ts';
import type { Principal } from '../../access/principal.ts';
import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { LIMIT_HEADERS, sayLimits } from '../../http/limit-headers.ts';
import { nothing } from '../fields.ts';
import {
  createLimitBody,
  heldVerificationSchema,
  limitPage,
  limitParams,
  limitSchema,
  limitStatesQuery,
  limitStatesSchema,
  listLimitsQuery,
  updateLimitBody,
} from './limit-schemas.ts';

const READ = { scope: 'limits:read', user: 'own', viewer: 'own' } as const;
const VERIFY = { scope: 'limits:read', user: 'none', viewer: 'none' } as const;
const ADMINISTER = { scope: 'limits:write', user: 'none', viewer: 'none' } as const;

export const createLimit = endpoint({
  id: 'createLimit',
  method: 'post',
  path: '/api/limits',
  summary: 'Limit a user, or a user in a project',
  description: 'It counts from now on.',
  access: ADMINISTER,
  body: createLimitBody,
  example: {
    userId: 'ada',
    maxTokensPerDay: 1_000_000,
    maxCostNanosPerMonth: 50_000_000_000,
    timeZone: 'Europe/Berlin',
  },
  answer: { status: 201, description: 'The limit', body: limitSchema },
  problems: ['limit.exists', 'limit.empty', 'limit.invalid_time_zone'],
  creates: 'anything',
  answerOf: shown,
  handle: async ({ body, services, actor }) => shown(await services.limits.createLimit({ ...body, actor })),
});

export const listLimits = endpoint({
  id: 'listLimits',
  method: 'get',
  path: '/api/limits',
  summary: 'Limits, and how full each is, in the order in which they were made',
  access: READ,
  query: listLimitsQuery,
  answer: { status: 200, description: 'A part of the list', body: limitPage },
  async handle({ query, services, ...asking }) {
    const userId = userAskedFor(asking, query.userId);
    const { items, nextCursor } = await services.limits.listLimits({ ...query, userId });
    return { items: items.map(shown), nextCursor };
  },
});

export const showLimitStates = endpoint({
  id: 'showLimitStates',
  method: 'get',
  path: '/api/limits/states',
  summary: 'How full the limits are that apply to what a user does in a project',
  description: 'Those of the user, and those of the user in the project.',
  access: READ,
  query: limitStatesQuery,
  answer: {
    status: 200,
    description: 'The state of each dimension that is limited; none: nothing is',
    body: limitStatesSchema,
    headers: LIMIT_HEADERS,
  },
  async handle(call) {
    const { query, services, principal } = call;
    const userId = userAskedFor(call, query.userId) ?? principal.userId;
    const projectId = query.projectId === undefined ? projectOf(principal, userId) : query.projectId;
    const states = await services.limits.limitStates({ userId, projectId });
    sayLimits(call, states);
    return { states };
  },
});

export const verifyHeld = endpoint({
  id: 'verifyHeld',
  method: 'get',
  path: '/api/limits/verification',
  summary: 'Add up the open holds of every limit, and compare',
  access: VERIFY,
  answer: { status: 200, description: 'What differs', body: heldVerificationSchema },
  handle: async ({ services }) => ({ drifts: await services.limits.verifyHeld() }),
});

export const showLimit = endpoint({
  id: 'showLimit',
  method: 'get',
  path: '/api/limits/{limitId}',
  summary: 'One limit, and how full it is',
  access: READ,
  params: limitParams,
  answer: { status: 200, description: 'The limit', body: limitSchema },
  problems: ['limit.not_found'],
  async handle({ params: { limitId }, services, ...asking }) {
    const limit = await services.limits.getLimit(limitId);
    return shown(requireReach(asking, limit, () => new LimitNotFoundError(limitId)));
  },
});

export const updateLimit = endpoint({
  id: 'updateLimit',
  method: 'patch',
  path: '/api/limits/{limitId}',
  summary: 'Change a limit',
  description:
    'What is left out stays as it is; null takes a maximum away. Lowered below what is used, a limit refuses new calls ' +
    'until its window is over; calls under way go on, and what is above the line is overage.',
  access: ADMINISTER,
  params: limitParams,
  body: updateLimitBody,
  example: { maxTokensPerDay: 2_000_000, maxCostNanosPerMonth: null },
  answer: { status: 200, description: 'The limit as it is now', body: limitSchema },
  problems: ['limit.not_found', 'limit.empty', 'limit.invalid_time_zone'],
  handle: async ({ params: { limitId }, body, services, actor }) =>
    shown(await services.limits.updateLimit({ ...body, limitId, actor })),
});

export const deleteLimit = endpoint({
  id: 'deleteLimit',
  method: 'delete',
  path: '/api/limits/{limitId}',
  summary: 'Delete a limit',
  access: ADMINISTER,
  params: limitParams,
  answer: { status: 204, description: 'It is gone', body: nothing },
  problems: ['limit.not_found'],
  handle: async ({ params: { limitId }, services, actor }) => await services.limits.deleteLimit({ limitId, actor }),
});

/** In the order in which paths are matched: `/api/limits/states` is no limit's id. */
export const LIMIT_ENDPOINTS: readonly Endpoint[] = [
  createLimit,
  listLimits,
  showLimitStates,
  verifyHeld,
  showLimit,
  updateLimit,
  deleteLimit,
];

/** Whoever asks about themselves asks about what their token does. */
function projectOf({ userId, token }: Principal, askedFor: string): string | null {
  return token && askedFor === userId ? token.projectId : null;
}

function shown({ counters: { tokens, requests, cost }, ...limit }: LimitWithStates): z.output<typeof limitSchema> {
  return {
    ...limit,
    states: [...limit.states],
    maxTokensPerDay: tokens.max,
    maxRequestsPerMinute: requests.max,
    maxCostNanosPerMonth: cost.max,
  };
}
