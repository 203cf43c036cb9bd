import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { tokenArgument } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const activate = defineCommand({
  name: 'activate',
  summary: 'Switch a token on again',
  arguments: tokenArgument,
  flags: apiFlags,
  examples: ['tokens activate 5'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    tokenOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.activateToken, { params: { tokenId: id } }),
      ),
    ),
});
