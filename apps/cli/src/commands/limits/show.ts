import { z } from 'zod';
import { type OpenApi, apiFlags, withApi } from '../../api/with-api.ts';
import { readPages } from '../../api/pages.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { LimitStatesDocument } from '../../json-documents.ts';
import { InvalidValueError } from '../../usage-errors.ts';
import { limitArgument } from './limit-flags.ts';
import { statesOutcome } from './limit-text.ts';

interface Asked {
  readonly id: number | undefined;
  readonly user: string | undefined;
  readonly project: string | undefined;
}

export const show = defineCommand({
  name: 'show',
  summary: 'How full limits are, and when each resets',
  explanation:
    'Those of one limit; or, with --user, those that apply to what a user does (with --project: in that project); or all. ' +
    'What is held is what calls under way may still use. On a terminal used (█) and held (▒) are drawn.',
  arguments: { id: limitArgument.id.optional().meta({ description: 'The number of a limit. Default: all' }) },
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'What applies to this user' }),
    project: z.string().optional().meta({ value: '<id>', description: 'And to what they do in this project' }),
  },
  examples: ['limits show', 'limits show --user ada --project search', 'limits show 3 --json'],
  run: async ({ arguments: { id }, flags: { user, project, ...where } }, context) => {
    if (id !== undefined && user !== undefined)
      throw new InvalidValueError('--user', 'cannot be combined with a limit');
    if (project !== undefined && user === undefined) throw new InvalidValueError('--project', 'needs --user');
    return statesOutcome(
      await withApi(where, context, async (opened) => readStates(opened, { id, user, project })),
      context,
    );
  },
});

async function readStates({ client, api }: OpenApi, { id, user, project }: Asked): Promise<LimitStatesDocument> {
  if (id !== undefined) {
    const { states } = await client.call(api.showLimit, { params: { limitId: id } });
    return { states };
  }
  if (user !== undefined) {
    return await client.call(api.showLimitStates, { query: { userId: user, projectId: project } });
  }
  const limits = await readPages({ all: true }, async (page) => client.call(api.listLimits, { query: page }));
  return { states: limits.items.flatMap(({ states }) => states) };
}
