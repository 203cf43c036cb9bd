import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { orNone } from '../../grammar/or-none.ts';
import { usd } from '../../grammar/usd-flag.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const balance = defineCommand({
  name: 'balance',
  summary: 'Note what is left with the provider',
  arguments: {
    ...keyArgument,
    usd: orNone(usd({ belowZero: true })).meta({
      description: 'Dollars, exactly: 20, 0.005, or after -- what is below zero; or "none": nobody knows',
    }),
  },
  flags: apiFlags,
  examples: ['keys balance 2 20.50', 'keys balance 2 none', 'keys balance 2 -- -1.50'],
  run: async ({ arguments: { id, usd: balanceNanos }, flags: where }, context) =>
    keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.setProviderKeyBalance, { params: { keyId: id }, body: { balanceNanos } }),
      ),
    ),
});
