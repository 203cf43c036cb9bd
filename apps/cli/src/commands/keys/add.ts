import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { readSecret } from '../../input/read-secrets.ts';
import { keyOutcome } from './key-text.ts';

export const add = defineCommand({
  name: 'add',
  summary: 'Keep a key of a provider, encrypted',
  explanation:
    'The key is read from stdin, or asked for on a terminal without showing it. IRON_MASTER_KEY or IRON_MASTER_KEY_FILE ' +
    'gives what it is encrypted with; on a server, that of the server.',
  arguments: { provider: z.string().meta({ description: 'Whose key it is: openai, anthropic, …' }) },
  flags: {
    ...apiFlags,
    user: z.string().meta({ value: '<id>', description: 'Who pays for it; needed. They need not have an account' }),
    baseUrl: z
      .string()
      .optional()
      .meta({ value: '<url>', description: 'Where to call the provider. Default: its usual address' }),
    description: z.string().optional().meta({ value: '<text>', description: 'What people should know about it' }),
    quiet: z.literal(true).optional().meta({ description: 'Print the id alone, for scripts' }),
  },
  examples: ['keys add openai --user ada', 'keys add openai --user ada --description "team account" < key.txt'],
  readsSecret: true,
  run: async ({ arguments: { provider }, flags: { user, baseUrl, description, quiet, ...where } }, context) => {
    const key = await readSecret({ name: 'Key' }, context);
    const added = await withApi(where, context, async ({ client, api }) =>
      client.call(api.addProviderKey, { body: { provider, key, userId: user, baseUrl, description } }),
    );
    return quiet ? { document: added, text: () => String(added.id), exitCode: DONE } : keyOutcome(added);
  },
});
