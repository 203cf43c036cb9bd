import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import type { RepricedDocument } from '../../json-documents.ts';
import { pairs } from '../../output/table.ts';
import { showUsd } from '../../output/units.ts';

export const reprice = defineCommand({
  name: 'reprice',
  summary: 'Price the calls that have no price, by the prices of now',
  explanation:
    'Each by the price of its own time. With --all also those that have one, but for costs that were given. A run that ' +
    'was stopped is simply started again.',
  arguments: {},
  flags: {
    ...apiFlags,
    provider: z.string().optional().meta({ value: '<name>', description: 'Only calls of this provider' }),
    model: z.string().optional().meta({ value: '<name>', description: 'Only calls of this model' }),
    ...rangeFlags,
    all: z.literal(true).optional().meta({ description: 'Bill anew what has a price, too' }),
    ...yesFlag,
  },
  examples: ['usage reprice', 'usage reprice --provider in-house --since 30d', 'usage reprice --all --yes'],
  run: async ({ flags: { provider, model, since, until, all, yes, ...where } }, context) => {
    if (all) await confirm('Bill anew what was billed before? Its old cost is not kept.', yes, context);
    const range = rangeOf({ since, until }, context.now());
    return repricedOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.repriceUsage, { body: { provider, model, ...range, all } }),
      ),
    );
  },
});

function repricedOutcome(document: RepricedDocument): Outcome<RepricedDocument> {
  const { rows, priced, unpriced, costChangeNanos } = document;
  return {
    document,
    text: (paint) =>
      pairs(
        [
          ['Looked at', rows],
          ['Newly priced', priced],
          ['Unpriced', unpriced],
          ['Cost', `${costChangeNanos.startsWith('-') ? '' : '+'}${showUsd(costChangeNanos)}`],
        ],
        paint,
      ),
    exitCode: DONE,
  };
}
