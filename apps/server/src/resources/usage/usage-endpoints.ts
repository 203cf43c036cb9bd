import { userAskedFor } from '../../access/own.ts';
import { type Endpoint, endpoint } from '../../http/endpoint.ts';
import { requireOwnToken } from '../tokens/require-own-token.ts';
import { exportUsage } from './export-usage.ts';
import { showTokenUsage } from './show-token-usage.ts';
import {
  listUsageQuery,
  recordedUsageSchema,
  recordUsageBody,
  repricedSchema,
  repriceUsageBody,
  reportPage,
  reportUsageQuery,
  totalsVerificationSchema,
  unpricedPage,
  unpricedQuery,
  usagePage,
} from './usage-schemas.ts';
import { textsOf } from './usage-sums.ts';

const READ = { scope: 'usage:read', user: 'own', viewer: 'own' } as const;
const WRITE = { scope: 'usage:write', user: 'own', viewer: 'none' } as const;
const READ_ALL = { scope: 'usage:read', user: 'none', viewer: 'none' } as const;
const ADMINISTER = { scope: 'usage:write', user: 'none', viewer: 'none' } as const;

export const recordUsage = endpoint({
  id: 'recordUsage',
  method: 'post',
  path: '/api/usage',
  summary: 'Record what a call used',
  description:
    'For programs that do not settle holds, which record the call. With a `requestId` a call counts once: the same again ' +
    'is answered in the same way and not recorded again, and other counts are refused. Without one, an ' +
    '`Idempotency-Key` gives it.',
  access: WRITE,
  body: recordUsageBody,
  example: {
    tokenId: 6,
    requestId: 'batch-1',
    provider: 'openai',
    model: 'gpt-4o',
    inputTokens: 1_200,
    cachedInputTokens: 1_000,
    outputTokens: 340,
  },
  answer: {
    status: 201,
    description: 'It is recorded',
    body: recordedUsageSchema,
    headers: { 'Idempotent-Replayed': 'true: it was recorded before' },
  },
  problems: [
    'usage.unknown_token',
    'usage.conflict',
    'usage.too_old',
    'usage.invalid_count',
    'usage.totals_do_not_add_up',
    'price.cost_too_large',
    'database.sum_too_large',
  ],
  creates: 'itself',
  async handle({ body, requestIdOfKey, services, setHeader, ...asking }) {
    await requireOwnToken({ ...asking, services }, body.tokenId);
    const requestId = body.requestId ?? requestIdOfKey;
    const { usageId, recorded, costNanos, priceVersion } = await services.usage.recordUsage({ ...body, requestId });
    if (!recorded) setHeader('idempotent-replayed', 'true');
    return { usageId, requestId, costNanos, priceVersion };
  },
});

export const listUsage = endpoint({
  id: 'listUsage',
  method: 'get',
  path: '/api/usage',
  summary: 'Usage records in the order of time',
  access: READ,
  query: listUsageQuery,
  answer: { status: 200, description: 'A part of the list', body: usagePage },
  handle: async ({ query, services, ...asking }) =>
    await services.usage.listUsage({ ...query, userId: userAskedFor(asking, query.userId) }),
});

export const reportUsage = endpoint({
  id: 'reportUsage',
  method: 'get',
  path: '/api/usage/report',
  summary: 'What was used, added up',
  description:
    'By token, user, project, agent, provider and model (`groupBy=user,model`), and by hour, day or month of a time zone; ' +
    'there are no lines for what was not used. It is quick where it asks for providers and models alone, or for whole ' +
    'UTC days of tokens, users, projects and agents alone; where it asks for both, it reads the records.',
  access: READ,
  query: reportUsageQuery,
  answer: { status: 200, description: 'A part of the report', body: reportPage },
  problems: ['usage.rows_dropped', 'usage.too_many_periods'],
  async handle({ query, services, ...asking }) {
    const userId = userAskedFor(asking, query.userId);
    const { items, nextCursor } = await services.usage.report({ ...query, userId });
    return { items: items.map((row) => ({ ...row, ...textsOf(row) })), nextCursor };
  },
});

export const listUnpriced = endpoint({
  id: 'listUnpriced',
  method: 'get',
  path: '/api/usage/unpriced',
  summary: 'Models that were used and have no price, by name',
  access: READ_ALL,
  query: unpricedQuery,
  answer: { status: 200, description: 'A part of the list', body: unpricedPage },
  handle: async ({ query, services }) => await services.usage.unpriced(query),
});

export const repriceUsage = endpoint({
  id: 'repriceUsage',
  method: 'post',
  path: '/api/usage/reprice',
  summary: 'Price what has no price, by the prices of now',
  description:
    'Each record by the price of its own time, a thousand in a commit. What was stopped is simply asked for again. ' +
    'A cost that was given stays.',
  access: ADMINISTER,
  body: repriceUsageBody,
  answer: { status: 200, description: 'What became of the records', body: repricedSchema },
  async handle({ body, services, actor }) {
    const { costChangeNanos, ...counts } = await services.usage.reprice({ ...body, actor });
    return { ...counts, costChangeNanos: String(costChangeNanos) };
  },
});

export const verifyUsageTotals = endpoint({
  id: 'verifyUsageTotals',
  method: 'get',
  path: '/api/usage/verification',
  summary: 'Whether the sums that reports read are what the records add up to',
  description: 'Derives every sum anew, a day at a time. Other requests are answered meanwhile.',
  access: READ_ALL,
  answer: { status: 200, description: 'What was found', body: totalsVerificationSchema },
  async handle({ services }) {
    const { drifts, ...counts } = await services.usage.verifyTotals();
    return {
      ...counts,
      drifts: drifts.map(({ kept, derived, ...drift }) => ({ ...drift, kept: String(kept), derived: String(derived) })),
    };
  },
});

export const USAGE_ENDPOINTS: readonly Endpoint[] = [
  showTokenUsage,
  recordUsage,
  listUsage,
  reportUsage,
  exportUsage,
  listUnpriced,
  repriceUsage,
  verifyUsageTotals,
];
