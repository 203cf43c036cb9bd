import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { InvalidValueError, MissingArgumentError } from '../../usage-errors.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const baseUrl = defineCommand({
  name: 'base-url',
  summary: 'Say where a provider key is used',
  arguments: {
    ...keyArgument,
    url: z.string().optional().meta({ description: 'Where to call the provider with it' }),
  },
  flags: {
    ...apiFlags,
    usual: z.literal(true).optional().meta({ description: 'At the usual address of the provider' }),
  },
  examples: ['keys base-url 2 https://llm.example.com/v1', 'keys base-url 2 --usual'],
  run: async ({ arguments: { id, url }, flags: { usual, ...where } }, context) => {
    if (url !== undefined && usual) throw new InvalidValueError('--usual', 'cannot be combined with an address');
    if (url === undefined && !usual) throw new MissingArgumentError('<url> or --usual', 'iron keys base-url');
    return keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.setProviderKeyBaseUrl, { params: { keyId: id }, body: { baseUrl: url ?? null } }),
      ),
    );
  },
});
