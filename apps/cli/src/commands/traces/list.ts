import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { tracesOutcome } from './trace-text.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'How calls went, the latest first',
  arguments: {},
  flags: {
    ...apiFlags,
    tokenId: wholeNumber(1).optional().meta({ value: '<id>', description: 'Only calls with this token' }),
    user: z.string().optional().meta({ value: '<id>', description: 'Only calls with tokens of this user' }),
    request: z.string().optional().meta({ value: '<id>', description: 'Only the tries of this request' }),
    provider: z.string().optional().meta({ value: '<name>', description: 'Only calls to this provider' }),
    model: z.string().optional().meta({ value: '<name>', description: 'Only calls to this model' }),
    status: wholeNumber(100).optional().meta({ value: '<code>', description: 'Only calls that were answered so: 429' }),
    ...rangeFlags,
    ...pageFlags,
  },
  examples: ['traces list', 'traces list --status 429 --since 1h', 'traces list --token-id 5 --model gpt-4o'],
  run: async ({ flags: { since, until, limit, cursor, all, ...words } }, context) => {
    const { tokenId, user, request, provider, model, status, ...where } = words;
    const about = { tokenId, userId: user, requestId: request, provider, model, responseStatus: status };
    const wanted = { ...about, ...rangeOf({ since, until }, context.now()) };
    return tracesOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listTraces, { query: { ...wanted, ...page } }),
        ),
      ),
    );
  },
});
