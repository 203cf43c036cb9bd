import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { agentArgument } from './agent-argument.ts';
import { agentOutcome } from './agent-text.ts';

export const rename = defineCommand({
  name: 'rename',
  summary: 'Call an agent something else',
  arguments: { ...agentArgument, name: z.string().meta({ description: 'What it is called from now on' }) },
  flags: apiFlags,
  examples: ['agents rename 1 "nightly summariser"'],
  run: async ({ arguments: { id, name }, flags: where }, context) =>
    agentOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.renameAgent, { params: { agentId: id }, body: { name } }),
      ),
    ),
});
