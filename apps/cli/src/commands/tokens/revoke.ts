import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import { tokenArgument } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const revoke = defineCommand({
  name: 'revoke',
  summary: 'End a token for good',
  explanation: 'The next request with it is refused, on every server. Its usage is kept.',
  arguments: tokenArgument,
  flags: {
    ...apiFlags,
    reason: z.string().optional().meta({ value: '<text>', description: 'Why, for whoever asks later' }),
    ...yesFlag,
  },
  examples: ['tokens revoke 5 --reason "laptop lost"', 'tokens revoke 5 --yes'],
  run: async ({ arguments: { id }, flags: { reason, yes, ...where } }, context) => {
    await confirm(`Revoke token ${id}? It will never work again.`, yes, context);
    return tokenOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.revokeToken, { params: { tokenId: id }, body: { reason } }),
      ),
    );
  },
});
