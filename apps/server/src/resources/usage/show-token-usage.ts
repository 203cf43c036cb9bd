import { NoOwnTokenError } from '../../access/access-errors.ts';
import { endpoint } from '../../http/endpoint.ts';
import { tokenUsageQuery, tokenUsageSchema } from './usage-schemas.ts';
import { NO_USAGE, textsOf } from './usage-sums.ts';

export const showTokenUsage = endpoint({
  id: 'showTokenUsage',
  method: 'get',
  path: '/api/tokens/usage',
  summary: 'What the token that asks has used, and how full its limits are',
  description: 'Any token may ask this about itself, whatever its scopes.',
  access: { scope: null, user: 'own', viewer: 'own' },
  query: tokenUsageQuery,
  answer: { status: 200, description: 'What it has used', body: tokenUsageSchema },
  problems: ['access.no_own_token', 'usage.rows_dropped'],
  async handle({ principal: { token }, query: { from, to }, services }) {
    if (!token) throw new NoOwnTokenError();
    const { tokenId, userId, projectId, name } = token;
    const { items } = await services.usage.report({ tokenId, from, to });
    const limits = await services.limits.limitStates({ userId, projectId });
    const usage = items[0] ? textsOf(items[0]) : NO_USAGE;
    return { tokenId, userId, projectId, name, from, to: to ?? null, usage, limits };
  },
});
