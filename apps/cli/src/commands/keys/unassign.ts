import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { doneOutcome } from '../../output/done-outcome.ts';
import { keyArgument, projectArgument } from './key-flags.ts';

export const unassign = defineCommand({
  name: 'unassign',
  summary: 'Take a provider key from a project',
  arguments: { ...keyArgument, ...projectArgument },
  flags: apiFlags,
  examples: ['keys unassign 2 search'],
  run: async ({ arguments: { id, project }, flags: where }, context) => {
    await withApi(where, context, async ({ client, api }) =>
      client.call(api.unassignProviderKey, { params: { keyId: id, projectId: project } }),
    );
    return doneOutcome(`The project ${project} may not use provider key ${id}.`);
  },
});
