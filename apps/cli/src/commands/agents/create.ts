import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import { commaList } from '../../grammar/comma-list.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { agentOutcome } from './agent-text.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Make an agent: a program with tokens of its own',
  explanation: 'A token is given to it when the token is made: `tokens create --agent <id>`.',
  arguments: { name: z.string().meta({ description: 'What it is called; no other agent may be, in whatever case' }) },
  flags: {
    ...apiFlags,
    providers: commaList().meta({
      value: '<list>',
      description: 'The only providers that its tokens may use, with commas; needed. Empty: none',
    }),
    quiet: z.literal(true).optional().meta({ description: 'Print the id alone, for scripts' }),
  },
  examples: ['agents create summariser --providers openai,anthropic', 'agents create idle --providers ""'],
  run: async ({ arguments: { name }, flags: { providers, quiet, ...where } }, context) => {
    const agent = await withApi(where, context, async ({ client, api }) =>
      client.call(api.createAgent, { body: { name, providers } }),
    );
    return quiet ? { document: agent, text: () => String(agent.id), exitCode: DONE } : agentOutcome(agent);
  },
});
