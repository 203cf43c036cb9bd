import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOfList } from '../../grammar/one-of.ts';
import { keysOutcome } from './key-text.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Provider keys, the oldest first; never the keys themselves',
  arguments: {},
  flags: {
    ...apiFlags,
    provider: z.string().optional().meta({ value: '<name>', description: 'Only those of this provider' }),
    user: z.string().optional().meta({ value: '<id>', description: 'Only those of this user' }),
    project: z.string().optional().meta({ value: '<id>', description: 'Only those that this project may use' }),
    state: oneOfList(['enabled', 'disabled'])
      .optional()
      .meta({ value: '<state>', description: 'Only enabled or disabled ones' }),
    ...pageFlags,
  },
  examples: ['keys list', 'keys list --provider openai --state enabled'],
  run: async ({ flags: { provider, user, project, state, limit, cursor, all, ...where } }, context) => {
    const isEnabled = state && state === 'enabled';
    const wanted = { provider, userId: user, projectId: project, isEnabled };
    return keysOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listProviderKeys, { query: { ...wanted, ...page } }),
        ),
      ),
    );
  },
});
