import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { readSecret } from '../../input/read-secrets.ts';
import { passwordFlag, role, ROLES } from './user-flags.ts';
import { userOutcome } from './user-text.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Make an account',
  explanation: 'Without a password nobody signs in as this user; `users reset-password` gives them one.',
  arguments: { username: z.string().meta({ description: 'What the user signs in with' }) },
  flags: {
    ...apiFlags,
    role: role.default('user').meta({ value: '<role>', description: `${ROLES}. Default: user` }),
    email: z.string().optional().meta({ value: '<address>', description: 'Their e-mail address' }),
    name: z.string().optional().meta({ value: '<text>', description: 'What people call them' }),
    id: z.string().optional().meta({ value: '<id>', description: 'The id. Default: a random one' }),
    ...passwordFlag,
    quiet: z.literal(true).optional().meta({ description: 'Print the id alone, for scripts' }),
  },
  examples: [
    'users create ada --role admin --name "Ada Lovelace"',
    'users create ada --password-stdin < password.txt',
    'users create ada --id ada --quiet',
  ],
  readsSecret: true,
  run: async ({ arguments: { username }, flags: { passwordStdin, quiet, ...words } }, context) => {
    const { role: wanted, email, name, id, ...where } = words;
    const password = passwordStdin && (await readSecret({ name: 'Password', isNew: true }, context));
    const user = await withApi(where, context, async ({ client, api }) =>
      client.call(api.createUser, { body: { username, role: wanted, email, name, id, password } }),
    );
    return quiet ? { document: user, text: () => user.id, exitCode: DONE } : userOutcome(user);
  },
});
