import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { timeAgo } from '../../grammar/time-flags.ts';
import { modelArguments } from './price-flags.ts';
import { priceOutcome } from './price-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'What a model costs, and which list says so',
  explanation:
    'Your own prices come first, then imported lists, then the one that comes with Iron. Shown are US dollars a million ' +
    'tokens; what has no price of its own costs what it is a part of.',
  arguments: modelArguments,
  flags: {
    ...apiFlags,
    at: timeAgo()
      .optional()
      .meta({ value: '<time>', description: 'At that time: 2026-03-01, or 30d ago. Default: now' }),
  },
  examples: ['prices show openai gpt-4o', 'prices show openai gpt-4o --at 2026-01-01 --json'],
  run: async ({ arguments: names, flags: { at, ...where } }, context) =>
    priceOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.showPrice, { query: { ...names, at: at?.(context.now()) } }),
      ),
    ),
});
