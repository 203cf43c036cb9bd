import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const disable = defineCommand({
  name: 'disable',
  summary: 'Switch a provider key off: it is neither offered nor decrypted',
  arguments: keyArgument,
  flags: apiFlags,
  examples: ['keys disable 2'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.disableProviderKey, { params: { keyId: id } }),
      ),
    ),
});
