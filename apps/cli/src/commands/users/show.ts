import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'One user',
  arguments: userArgument,
  flags: apiFlags,
  examples: ['users show user_admin'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    userOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.showUser, { params: { userId: id } })),
    ),
});
