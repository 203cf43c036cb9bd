import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { doneOutcome } from '../../output/done-outcome.ts';
import { keyArgument, projectArgument } from './key-flags.ts';

export const assign = defineCommand({
  name: 'assign',
  summary: 'Let a project use a provider key',
  arguments: { ...keyArgument, ...projectArgument },
  flags: apiFlags,
  examples: ['keys assign 2 search'],
  run: async ({ arguments: { id, project }, flags: where }, context) => {
    await withApi(where, context, async ({ client, api }) =>
      client.call(api.assignProviderKey, { params: { keyId: id, projectId: project } }),
    );
    return doneOutcome(`The project ${project} may use provider key ${id}.`);
  },
});
