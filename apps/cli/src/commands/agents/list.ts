import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { agentsOutcome } from './agent-text.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Agents, the oldest first',
  arguments: {},
  flags: {
    ...apiFlags,
    text: z.string().optional().meta({ value: '<text>', description: 'Only those with this in their names' }),
    ...pageFlags,
  },
  examples: ['agents list', 'agents list --text summar'],
  run: async ({ flags: { text, limit, cursor, all, ...where } }, context) =>
    agentsOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) => client.call(api.listAgents, { query: { text, ...page } })),
      ),
    ),
});
