import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { reasonFlag, role, ROLES, userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const changeRole = defineCommand({
  name: 'role',
  summary: 'Make somebody an administrator, a user or a viewer',
  explanation: 'It counts from the next request with any of their tokens on.',
  arguments: { ...userArgument, role: role.meta({ description: `What they are from now on: ${ROLES}` }) },
  flags: { ...apiFlags, ...reasonFlag },
  examples: ['users role ada admin', 'users role ada viewer --reason "moved to another team"'],
  run: async ({ arguments: { id, role: wanted }, flags: { reason, ...where } }, context) =>
    userOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.changeUserRole, { params: { userId: id }, body: { role: wanted, reason } }),
      ),
    ),
});
