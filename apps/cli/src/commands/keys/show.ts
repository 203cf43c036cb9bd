import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'What is known of a provider key; never the key itself',
  arguments: keyArgument,
  flags: apiFlags,
  examples: ['keys show 2'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.showProviderKey, { params: { keyId: id } }),
      ),
    ),
});
