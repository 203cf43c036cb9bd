import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { tokenArgument } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'One token: whose it is, what it grants, when it was used',
  arguments: tokenArgument,
  flags: apiFlags,
  examples: ['tokens show 5'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    tokenOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.showToken, { params: { tokenId: id } })),
    ),
});
