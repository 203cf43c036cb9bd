import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { agentArgument } from './agent-argument.ts';
import { agentOutcome } from './agent-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'One agent',
  arguments: agentArgument,
  flags: apiFlags,
  examples: ['agents show 1'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    agentOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.showAgent, { params: { agentId: id } })),
    ),
});
