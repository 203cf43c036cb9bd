import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { table } from '../../output/table.ts';
import { showTime } from '../../output/units.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Tokens, the newest first',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'Only those of this user' }),
  },
  examples: ['tokens list', 'tokens list --user ada --json'],
  run: async ({ flags: { user, ...where } }, context) => {
    const page = await withApi(where, context, async ({ client, api }) =>
      client.call(api.listTokens, { query: { userId: user } }),
    );
    return {
      document: page,
      text: (paint) =>
        table(
          ['id', 'user', 'project', 'name', 'state', 'scopes', 'created'],
          page.items.map(({ id, userId, projectId, name, state, scopes, createdAt }) => [
            id,
            userId,
            projectId,
            name,
            state,
            scopes.join(' '),
            showTime(createdAt),
          ]),
          paint,
        ),
      exitCode: DONE,
    };
  },
});
