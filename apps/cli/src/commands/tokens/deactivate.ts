import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { tokenArgument } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const deactivate = defineCommand({
  name: 'deactivate',
  summary: 'Switch a token off, until it is activated again',
  arguments: tokenArgument,
  flags: apiFlags,
  examples: ['tokens deactivate 5'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    tokenOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.deactivateToken, { params: { tokenId: id } }),
      ),
    ),
});
