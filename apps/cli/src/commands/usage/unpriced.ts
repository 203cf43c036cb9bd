import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { UnpricedDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { showTime } from '../../output/units.ts';

export const unpriced = defineCommand({
  name: 'unpriced',
  summary: 'Models that were used and have no price, by name',
  explanation: 'Set their prices with `prices set`, or import a list that has them; then run `usage reprice`.',
  arguments: {},
  flags: {
    ...apiFlags,
    provider: z.string().optional().meta({ value: '<name>', description: 'Only those of this provider' }),
    model: z.string().optional().meta({ value: '<name>', description: 'Only this model' }),
    ...pageFlags,
  },
  examples: ['usage unpriced', 'usage unpriced --all --json'],
  run: async ({ flags: { provider, model, limit, cursor, all, ...where } }, context) => {
    const part: UnpricedDocument = await withApi(where, context, async ({ client, api }) =>
      readPages({ limit, cursor, all }, async (page) =>
        client.call(api.listUnpriced, { query: { provider, model, ...page } }),
      ),
    );
    return listOutcome(part, {
      heading: ['provider', 'model', 'calls', 'first', 'last'],
      row: ({ provider: of, model: name, rows, firstAt, lastAt }) => [
        of,
        name,
        rows,
        showTime(firstAt),
        showTime(lastAt),
      ],
      none: 'Every call has a price.',
    });
  },
});
