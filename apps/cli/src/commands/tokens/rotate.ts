import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { duration, timeAheadOrNever } from '../../grammar/time-flags.ts';
import { showTime } from '../../output/units.ts';
import { quietFlag, tokenArgument } from './token-flags.ts';
import { issuedOutcome } from './token-text.ts';

export const rotate = defineCommand({
  name: 'rotate',
  summary: 'Make a token that takes the place of another, and show its secret, once',
  explanation: 'With --overlap both work for that long; without it the old one stops at once.',
  arguments: tokenArgument,
  flags: {
    ...apiFlags,
    overlap: duration()
      .optional()
      .meta({ value: '<time>', description: 'How long the old one still works: 15m, 12h, 7d. Default: not at all' }),
    expires: timeAheadOrNever().optional().meta({
      value: '<time>',
      description: 'When the new one stops working, or never. Default: when the old one would have',
    }),
    ...quietFlag,
  },
  examples: ['tokens rotate 5 --overlap 1h', 'tokens rotate 5 --overlap 1d --quiet'],
  run: async ({ arguments: { id }, flags: { overlap, expires, quiet, ...where } }, context) => {
    const body = { overlapMs: overlap, expiresAt: expires === null ? null : expires?.(context.now()) };
    const rotated = await withApi(where, context, async ({ client, api }) =>
      client.call(api.rotateToken, { params: { tokenId: id }, body }),
    );
    const stops = rotated.replaced.expiresAt;
    const more = [['Old one stops', stops === null ? 'never' : showTime(stops)]] satisfies [string, string][];
    return issuedOutcome(rotated, { quiet, more });
  },
});
