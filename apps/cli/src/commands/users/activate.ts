import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { reasonFlag, userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const activate = defineCommand({
  name: 'activate',
  summary: 'End a suspension, and a lock-out after wrong passwords',
  arguments: userArgument,
  flags: { ...apiFlags, ...reasonFlag },
  examples: ['users activate ada'],
  run: async ({ arguments: { id }, flags: { reason, ...where } }, context) =>
    userOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.activateUser, { params: { userId: id }, body: { reason } }),
      ),
    ),
});
