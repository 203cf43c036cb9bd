import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { maximaOf, maximumFlags, requireSome } from './limit-flags.ts';
import { limitOutcome } from './limit-text.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Limit a user, or a user in a project',
  explanation: 'It counts from now on. At least one maximum is needed; what has none is counted, but not limited.',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().meta({ value: '<id>', description: 'Whom it limits; needed' }),
    project: z.string().optional().meta({ value: '<id>', description: 'Only in this project. Default: all they do' }),
    ...maximumFlags,
    quiet: z.literal(true).optional().meta({ description: 'Print the id alone, for scripts' }),
  },
  examples: [
    'limits create --user ada --tokens-per-day 100000 --requests-per-minute 60',
    'limits create --user ada --project search --cost-per-month-usd 20 --time-zone Europe/Berlin',
  ],
  run: async ({ flags: { quiet, ...flags } }, context) => {
    const { maxima, rest } = maximaOf(flags);
    const { user, project, ...where } = rest;
    const { timeZone, ...most } = maxima;
    requireSome(most, 'iron limits create');
    const limit = await withApi(where, context, async ({ client, api }) =>
      client.call(api.createLimit, { body: { userId: user, projectId: project, ...most, timeZone } }),
    );
    return quiet ? { document: limit, text: () => String(limit.id), exitCode: DONE } : limitOutcome(limit);
  },
});
