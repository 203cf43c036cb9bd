import { schema } from '@iron/db';
import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOfList } from '../../grammar/one-of.ts';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import type { UserAuditDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { showTime } from '../../output/units.ts';
import { showChanges } from './change-text.ts';

export const users = defineCommand({
  name: 'users',
  summary: 'Changes to accounts, the newest first',
  explanation: 'Whoever works on the database itself is named by what they are called on their machine: os:ada.',
  arguments: {},
  flags: {
    ...apiFlags,
    user: z.string().optional().meta({ value: '<id>', description: 'Only those to the account of this user' }),
    operation: oneOfList(schema.USER_OPERATIONS)
      .optional()
      .meta({ value: '<word>', description: `Only ${schema.USER_OPERATIONS.join(', ')}` }),
    by: z.string().optional().meta({ value: '<user>', description: 'Only those that this user asked for' }),
    ...rangeFlags,
    ...pageFlags,
  },
  examples: ['audit users', 'audit users --user ada', 'audit users --operation delete --since 30d'],
  run: async ({ flags: { user, operation, by, since, until, limit, cursor, all, ...where } }, context) => {
    const range = rangeOf({ since, until }, context.now());
    const wanted = { targetUserId: user, operation, performedBy: by, ...range };
    return auditOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listUserAuditEntries, { query: { ...wanted, ...page } }),
        ),
      ),
    );
  },
});

function auditOutcome(part: UserAuditDocument): Outcome<UserAuditDocument> {
  return listOutcome(part, {
    heading: ['time', 'by', 'operation', 'user', 'reason', 'now'],
    row: ({ timestamp, performedBy, operation, targetUserId, reason, newState }) => [
      showTime(timestamp),
      performedBy,
      operation,
      targetUserId,
      reason,
      showChanges(newState),
    ],
    none: 'There is no such entry.',
  });
}
