import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { pricesOfBookOutcome } from './price-text.ts';

export const book = defineCommand({
  name: 'book',
  summary: 'The prices of one price book, in US dollars a million tokens',
  explanation: 'With --json all there is to a price: tiers, times of day, other kinds of tokens.',
  arguments: { version: z.string().meta({ description: 'Its version, as `prices books` and usage name it' }) },
  flags: apiFlags,
  examples: ['prices book override@1 --json'],
  run: async ({ arguments: { version }, flags: where }, context) =>
    pricesOfBookOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.showPriceBook, { params: { version } })),
    ),
});
