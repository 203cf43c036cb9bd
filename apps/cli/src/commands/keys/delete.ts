import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import { doneOutcome } from '../../output/done-outcome.ts';
import { keyArgument } from './key-flags.ts';

export const deleteKey = defineCommand({
  name: 'delete',
  summary: 'Delete a provider key for good, and take it from its projects',
  explanation: 'To be able to use it again, disable it instead.',
  arguments: keyArgument,
  flags: { ...apiFlags, ...yesFlag },
  examples: ['keys delete 2', 'keys delete 2 --yes'],
  run: async ({ arguments: { id }, flags: { yes, ...where } }, context) => {
    await confirm(`Delete provider key ${id}? It cannot be brought back.`, yes, context);
    await withApi(where, context, async ({ client, api }) =>
      client.call(api.deleteProviderKey, { params: { keyId: id } }),
    );
    return doneOutcome(`Deleted provider key ${id}.`);
  },
});
