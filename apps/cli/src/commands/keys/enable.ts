import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const enable = defineCommand({
  name: 'enable',
  summary: 'Switch a provider key on again',
  arguments: keyArgument,
  flags: apiFlags,
  examples: ['keys enable 2'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.enableProviderKey, { params: { keyId: id } }),
      ),
    ),
});
