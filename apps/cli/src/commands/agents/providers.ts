import { apiFlags, withApi } from '../../api/with-api.ts';
import { commaList } from '../../grammar/comma-list.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { agentArgument } from './agent-argument.ts';
import { agentOutcome } from './agent-text.ts';

export const setProviders = defineCommand({
  name: 'providers',
  summary: 'Say which providers the tokens of an agent may use',
  explanation: 'It counts from the next request with any of its tokens on.',
  arguments: {
    ...agentArgument,
    providers: commaList().meta({ description: 'All that they may use, with commas; empty: none' }),
  },
  flags: apiFlags,
  examples: ['agents providers 1 openai,anthropic', 'agents providers 1 ""'],
  run: async ({ arguments: { id, providers }, flags: where }, context) =>
    agentOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.setAgentProviders, { params: { agentId: id }, body: { providers } }),
      ),
    ),
});
