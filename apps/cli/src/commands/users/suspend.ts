import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { reasonFlag, userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const suspend = defineCommand({
  name: 'suspend',
  summary: 'Shut a user out, until they are activated again',
  explanation: 'They cannot sign in, and their tokens are refused from the next request on.',
  arguments: userArgument,
  flags: { ...apiFlags, ...reasonFlag },
  examples: ['users suspend ada --reason "on leave"'],
  run: async ({ arguments: { id }, flags: { reason, ...where } }, context) =>
    userOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.suspendUser, { params: { userId: id }, body: { reason } }),
      ),
    ),
});
