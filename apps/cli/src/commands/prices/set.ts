import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { timeAhead } from '../../grammar/time-flags.ts';
import { modelArguments, usdPerMillion, usdPerRequest } from './price-flags.ts';
import { priceBookOutcome } from './price-text.ts';

const DEFAULT_INPUT = 'Default: as input';
const DEFAULT_OUTPUT = 'Default: as output';

export const set = defineCommand({
  name: 'set',
  summary: 'Say what a model costs, whatever any list says',
  explanation:
    'In US dollars a million tokens. Where several prices of yours hold at a time, the one that was set last counts. ' +
    'Calls that were recorded without a price get one with `usage reprice`.',
  arguments: modelArguments,
  flags: {
    ...apiFlags,
    input: usdPerMillion().meta({ value: '<usd>', description: 'A million input tokens; needed' }),
    output: usdPerMillion().meta({ value: '<usd>', description: 'A million output tokens; needed' }),
    cachedInput: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: `Read from a cache. ${DEFAULT_INPUT}` }),
    cacheWrite: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: `Written to one. ${DEFAULT_INPUT}` }),
    audioInput: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: `Audio. ${DEFAULT_INPUT}` }),
    cachedAudio: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: 'Audio from a cache. Default: as cached input' }),
    reasoning: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: `Reasoning. ${DEFAULT_OUTPUT}` }),
    audioOutput: usdPerMillion()
      .optional()
      .meta({ value: '<usd>', description: `Audio. ${DEFAULT_OUTPUT}` }),
    perRequest: usdPerRequest().optional().meta({ value: '<usd>', description: 'Each request, beside its tokens' }),
    from: timeAhead().optional().meta({
      value: '<time>',
      description: 'When the price begins: a date, a time, or 30d from now. Default: always',
    }),
  },
  examples: [
    'prices set in-house large --input 0.25 --output 1.00',
    'prices set openai gpt-4o --input 2.50 --cached-input 1.25 --output 10 --from 2027-01-01',
  ],
  run: async ({ arguments: names, flags: { database, server, token, from, ...rates } }, context) =>
    priceBookOutcome(
      await withApi({ database, server, token }, context, async ({ client, api }) =>
        client.call(api.setPriceOverride, { body: { ...names, ...rates, effectiveFrom: from?.(context.now()) } }),
      ),
    ),
});
