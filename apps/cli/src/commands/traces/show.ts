import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { traceOutcome } from './trace-text.ts';

export const show = defineCommand({
  name: 'show',
  summary: 'How a call went, with what was sent and answered where that was kept',
  arguments: { id: wholeNumber(1).meta({ description: 'The number of the trace, as `traces list` shows it' }) },
  flags: apiFlags,
  examples: ['traces show 7', 'traces show 7 --json'],
  run: async ({ arguments: { id }, flags: where }, context) =>
    traceOutcome(
      await withApi(where, context, async ({ client, api }) => client.call(api.showTrace, { params: { traceId: id } })),
    ),
});
