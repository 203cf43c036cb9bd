import type { TokenState } from '@iron/tokens';
import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { tokensOutcome } from './token-text.ts';

const STATES = oneOf<TokenState>({ active: 'active', inactive: 'inactive', expired: 'expired', revoked: 'revoked' });

export const list = defineCommand({
  name: 'list',
  summary: 'Tokens, the newest first',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'Only those of this user' }),
    project: z.string().optional().meta({ value: '<id>', description: 'Only those for this project' }),
    agent: wholeNumber(1).optional().meta({ value: '<id>', description: 'Only those of this agent' }),
    provider: z.string().optional().meta({ value: '<name>', description: 'Only those for this provider' }),
    state: STATES.optional().meta({ value: '<state>', description: 'active, inactive, expired or revoked' }),
    text: z.string().optional().meta({ value: '<text>', description: 'Only those with this in their names' }),
    ...pageFlags,
  },
  examples: ['tokens list', 'tokens list --user ada --state active', 'tokens list --all --json'],
  run: async ({ flags: { user, project, agent, provider, state, text, limit, cursor, all, ...where } }, context) => {
    const wanted = { userId: user, projectId: project, agentId: agent, provider, state, text };
    return tokensOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listTokens, { query: { ...wanted, ...page } }),
        ),
      ),
    );
  },
});
