import type { UserState } from '@iron/tokens';
import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import { role, ROLES } from './user-flags.ts';
import { usersOutcome } from './user-text.ts';

const STATES = oneOf<UserState>({ active: 'active', suspended: 'suspended', deleted: 'deleted' });

export const list = defineCommand({
  name: 'list',
  summary: 'Users by user name, also deleted ones',
  arguments: {},
  flags: {
    ...apiFlags,
    role: role.optional().meta({ value: '<role>', description: `Only ${ROLES}` }),
    state: STATES.optional().meta({ value: '<state>', description: 'Only active, suspended or deleted' }),
    text: z
      .string()
      .optional()
      .meta({ value: '<text>', description: 'Only those with this in their user name, name or address' }),
    ...pageFlags,
  },
  examples: ['users list', 'users list --role admin --state active', 'users list --all --json'],
  run: async ({ flags: { role: wanted, state, text, limit, cursor, all, ...where } }, context) =>
    usersOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listUsers, { query: { role: wanted, state, text, ...page } }),
        ),
      ),
    ),
});
