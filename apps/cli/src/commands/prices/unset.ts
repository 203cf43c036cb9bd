import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { modelArguments } from './price-flags.ts';
import { priceBookOutcome } from './price-text.ts';

export const unset = defineCommand({
  name: 'unset',
  summary: 'Take back what you said that a model costs',
  explanation: 'From now on it costs what the lists say. Calls that were billed stay as they are.',
  arguments: modelArguments,
  flags: apiFlags,
  examples: ['prices unset in-house large'],
  run: async ({ arguments: names, flags: where }, context) =>
    priceBookOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.removePriceOverride, { query: names })),
    ),
});
