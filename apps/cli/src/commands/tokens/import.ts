import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { readSecret } from '../../input/read-secrets.ts';
import { grantFlags, grantOf } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const importToken = defineCommand({
  name: 'import',
  summary: 'Take over a token that is in use elsewhere',
  explanation:
    'The token is read from stdin, or asked for on a terminal without showing it. With --hash it need not be known at all.',
  arguments: {},
  flags: {
    ...apiFlags,
    ...grantFlags,
    hash: z.string().optional().meta({ value: '<hex>', description: 'The SHA-256 of the token, instead of the token' }),
  },
  examples: ['tokens import --user ada', 'tokens import --user ada --name "old gateway" < token.txt'],
  readsSecret: true,
  run: async ({ flags: { hash, ...words } }, context) => {
    const { grant, rest: where } = grantOf(words, context.now());
    const token = hash === undefined ? await readSecret({ name: 'Token' }, context) : undefined;
    return tokenOutcome(
      await withApi(where, context, async ({ client, api }) =>
        hash === undefined
          ? (await client.call(api.createToken, { body: { ...grant, token } })).token
          : await client.call(api.importToken, { body: { ...grant, tokenHash: hash } }),
      ),
    );
  },
});
