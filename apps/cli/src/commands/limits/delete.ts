import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import { doneOutcome } from '../../output/done-outcome.ts';
import { limitArgument } from './limit-flags.ts';

export const deleteLimit = defineCommand({
  name: 'delete',
  summary: 'Delete a limit',
  explanation: 'What it has counted is forgotten: made again, it begins with nothing used.',
  arguments: limitArgument,
  flags: { ...apiFlags, ...yesFlag },
  examples: ['limits delete 3', 'limits delete 3 --yes'],
  run: async ({ arguments: { id }, flags: { yes, ...where } }, context) => {
    await confirm(`Delete limit ${id}? Whom it limits may then use what other limits leave.`, yes, context);
    await withApi(where, context, async ({ client, api }) => client.call(api.deleteLimit, { params: { limitId: id } }));
    return doneOutcome(`Deleted limit ${id}.`);
  },
});
