import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import { reasonFlag, userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const deleteUser = defineCommand({
  name: 'delete',
  summary: 'Delete a user for good',
  explanation:
    'None of their tokens works any more. The account stays for the log and for what was used; its id and user name are ' +
    'not given again.',
  arguments: userArgument,
  flags: { ...apiFlags, ...reasonFlag, ...yesFlag },
  examples: ['users delete ada --reason "left the company"', 'users delete ada --yes'],
  run: async ({ arguments: { id }, flags: { reason, yes, ...where } }, context) => {
    await confirm(`Delete the user ${JSON.stringify(id)}? That is for good.`, yes, context);
    return userOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.deleteUser, { params: { userId: id }, query: { reason } }),
      ),
    );
  },
});
