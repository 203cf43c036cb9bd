import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import { doneOutcome } from '../../output/done-outcome.ts';
import { agentArgument } from './agent-argument.ts';

export const deleteAgent = defineCommand({
  name: 'delete',
  summary: 'Delete an agent that no token belongs to',
  arguments: agentArgument,
  flags: { ...apiFlags, ...yesFlag },
  examples: ['agents delete 1', 'agents delete 1 --yes'],
  run: async ({ arguments: { id }, flags: { yes, ...where } }, context) => {
    await confirm(`Delete agent ${id}? It cannot be brought back.`, yes, context);
    await withApi(where, context, async ({ client, api }) => client.call(api.deleteAgent, { params: { agentId: id } }));
    return doneOutcome(`Deleted agent ${id}.`);
  },
});
