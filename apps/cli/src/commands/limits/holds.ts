import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import type { HoldDocument, HoldsDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import type { Cell } from '../../output/table.ts';
import { showAge, showTime, showUsd } from '../../output/units.ts';

const STATES = oneOf<HoldDocument['state']>({
  held: 'held',
  settled: 'settled',
  released: 'released',
  expired: 'expired',
});

export const holds = defineCommand({
  name: 'holds',
  summary: 'What calls hold that are under way, or did until they ended',
  explanation: 'A hold that nobody ends is given back when it expires; `limits release` gives one back before.',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'Only those of this user' }),
    project: z.string().optional().meta({ value: '<id>', description: 'Only those in this project' }),
    state: STATES.optional().meta({ value: '<state>', description: 'held (default), settled, released or expired' }),
    ...pageFlags,
  },
  examples: ['limits holds', 'limits holds --user ada --state expired --json'],
  run: async ({ flags: { user, project, state, limit, cursor, all, ...where } }, context) =>
    holdsOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listHolds, { query: { userId: user, projectId: project, state, ...page } }),
        ),
      ),
      context.now(),
    ),
});

function holdsOutcome(part: HoldsDocument, now: number) {
  return listOutcome(part, {
    heading: ['request', 'user', 'project', 'model', 'tokens', 'requests', 'cost', 'state', 'since', 'until'],
    row: (hold): Cell[] => [
      hold.requestId,
      hold.userId,
      hold.projectId,
      hold.provider === null ? null : `${hold.provider} ${hold.model ?? ''}`,
      hold.held.tokens,
      hold.held.requests,
      showUsd(hold.held.costNanos),
      hold.state,
      showTime(hold.heldAt),
      hold.endedAt === null ? `in ${showAge(hold.expiresAt - now)}` : showTime(hold.endedAt),
    ],
    none: 'There is no hold.',
  });
}
