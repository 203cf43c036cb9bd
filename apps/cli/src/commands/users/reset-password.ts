import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { readSecret } from '../../input/read-secrets.ts';
import type { PasswordResetDocument } from '../../json-documents.ts';
import { pairs } from '../../output/table.ts';
import { passwordFlag, userArgument } from './user-flags.ts';
import { userLines } from './user-text.ts';

export const resetPassword = defineCommand({
  name: 'reset-password',
  summary: 'Set a password that its owner has to change, and end a lock-out',
  explanation: 'A random one is made and shown once, unless --password-stdin gives one.',
  arguments: userArgument,
  flags: {
    ...apiFlags,
    ...passwordFlag,
    quiet: z.literal(true).optional().meta({ description: 'Print the password that was made alone, for scripts' }),
  },
  examples: ['users reset-password ada', 'users reset-password ada --password-stdin < password.txt'],
  readsSecret: true,
  run: async ({ arguments: { id }, flags: { passwordStdin, quiet, ...where } }, context) => {
    const password = passwordStdin && (await readSecret({ name: 'Password', isNew: true }, context));
    return resetOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.resetUserPassword, { params: { userId: id }, body: { password } }),
      ),
      quiet,
    );
  },
});

function resetOutcome(reset: PasswordResetDocument, quiet: true | undefined): Outcome<PasswordResetDocument> {
  const { user, temporaryPassword: made } = reset;
  if (made === null) return { document: reset, text: (paint) => pairs(userLines(user), paint), exitCode: DONE };
  if (quiet) return { document: reset, text: () => made, exitCode: DONE };
  return {
    document: reset,
    text: (paint) => pairs([['New password', made], ...userLines(user)], paint),
    note: 'Hand the password over: it will not be shown again.',
    exitCode: DONE,
  };
}
