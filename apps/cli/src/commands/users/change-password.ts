import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { readSecrets } from '../../input/read-secrets.ts';
import { userArgument } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

const OLD_AND_NEW = [{ name: 'Old password' }, { name: 'New password', isNew: true }] as const;

export const changePassword = defineCommand({
  name: 'change-password',
  summary: 'Change a password by the old one',
  explanation:
    'Both are asked for on a terminal without showing them, or read from stdin: the old one on the first line, the new ' +
    'one on the second.',
  arguments: userArgument,
  flags: apiFlags,
  examples: ['users change-password ada', 'users change-password ada < old-and-new.txt'],
  readsSecret: true,
  run: async ({ arguments: { id }, flags: where }, context) => {
    const [oldPassword, newPassword] = await readSecrets(OLD_AND_NEW, context);
    return userOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.changeUserPassword, { params: { userId: id }, body: { oldPassword, newPassword } }),
      ),
    );
  },
});
