import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { limitArgument, maximaOf, maximumFlags, requireSome } from './limit-flags.ts';
import { limitOutcome } from './limit-text.ts';

export const update = defineCommand({
  name: 'update',
  summary: 'Change a limit; what is not named stays as it is',
  explanation:
    'The maximum "none" takes one away. Lowered below what is used, a limit refuses new calls until its window is over; ' +
    'calls under way go on.',
  arguments: limitArgument,
  flags: { ...apiFlags, ...maximumFlags },
  examples: ['limits update 3 --tokens-per-day 200000', 'limits update 3 --cost-per-month-usd none'],
  run: async ({ arguments: { id }, flags }, context) => {
    const { maxima, rest: where } = maximaOf(flags);
    requireSome(maxima, 'iron limits update');
    return limitOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.updateLimit, { params: { limitId: id }, body: maxima }),
      ),
    );
  },
});
