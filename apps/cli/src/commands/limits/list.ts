import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { limitsOutcome } from './limit-text.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Limits, in the order in which they were made',
  explanation: '`limits show` shows how full they are.',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'Only those of this user' }),
    project: z.string().optional().meta({ value: '<id>', description: 'Only those in this project' }),
    ...pageFlags,
  },
  examples: ['limits list', 'limits list --user ada --json'],
  run: async ({ flags: { user, project, limit, cursor, all, ...where } }, context) =>
    limitsOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listLimits, { query: { userId: user, projectId: project, ...page } }),
        ),
      ),
    ),
});
