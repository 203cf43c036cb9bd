import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { usd } from '../../grammar/usd-flag.ts';
import { InvalidValueError, MissingArgumentError } from '../../usage-errors.ts';
import { keyArgument } from './key-flags.ts';
import { keyOutcome } from './key-text.ts';

export const balance = defineCommand({
  name: 'balance',
  summary: 'Note what is left with the provider',
  arguments: {
    ...keyArgument,
    usd: usd({ belowZero: true }).optional().meta({ description: 'Dollars, exactly: 20 or 0.005' }),
  },
  flags: {
    ...apiFlags,
    unknown: z.literal(true).optional().meta({ description: 'Nobody knows any more' }),
  },
  examples: ['keys balance 2 20.50', 'keys balance 2 --unknown', 'keys balance 2 -- -1.50'],
  run: async ({ arguments: { id, usd: left }, flags: { unknown, ...where } }, context) => {
    if (left !== undefined && unknown) throw new InvalidValueError('--unknown', 'cannot be combined with an amount');
    if (left === undefined && !unknown) throw new MissingArgumentError('<usd> or --unknown', 'iron keys balance');
    return keyOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.setProviderKeyBalance, { params: { keyId: id }, body: { balanceNanos: left ?? null } }),
      ),
    );
  },
});
