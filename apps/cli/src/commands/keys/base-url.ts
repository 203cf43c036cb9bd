import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { orNone } from '../../grammar/or-none.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const baseUrl = defineCommand({
  name: 'base-url',
  summary: 'Say where a provider key is used',
  explanation:
    'The key is encrypted anew, because it is bound to where it is used: IRON_MASTER_KEY or IRON_MASTER_KEY_FILE gives ' +
    'what with; on a server, that of the server.',
  arguments: {
    ...keyArgument,
    url: orNone(z.string()).meta({
      description: 'Where to call the provider with it, or "none": at its usual address',
    }),
  },
  flags: apiFlags,
  examples: ['keys base-url 2 https://llm.example.com/v1', 'keys base-url 2 none'],
  run: async ({ arguments: { id, url }, flags: where }, context) =>
    keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.setProviderKeyBaseUrl, { params: { keyId: id }, body: { baseUrl: url } }),
      ),
    ),
});
