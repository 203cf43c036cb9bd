import { z } from 'zod';
import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import type { AuditDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { showTime } from '../../output/units.ts';
import { showChanges } from './change-text.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Changes to tokens, limits, provider keys, agents and prices, the newest first',
  explanation: 'Whoever works on the database itself is named by what they are called on their machine: os:ada.',
  arguments: {},
  flags: {
    ...apiFlags,
    type: z
      .string()
      .optional()
      .meta({ value: '<type>', description: 'Only those to a kind of thing: token, limit, provider_key, agent, …' }),
    id: z.string().optional().meta({ value: '<id>', description: 'Only those to the thing of this id' }),
    action: z.string().optional().meta({ value: '<word>', description: 'Only create, revoke, delete, …' }),
    by: z.string().optional().meta({ value: '<user>', description: 'Only those that this user asked for' }),
    ...rangeFlags,
    ...pageFlags,
  },
  examples: ['audit list', 'audit list --type token --id 5', 'audit list --by ada --since 7d'],
  run: async ({ flags: { type, id, action, by, since, until, limit, cursor, all, ...where } }, context) => {
    const range = rangeOf({ since, until }, context.now());
    const wanted = { entityType: type, entityId: id, action, actorUserId: by, ...range };
    return auditOutcome(
      await withApi(where, context, async ({ client, api }) =>
        readPages({ limit, cursor, all }, async (page) =>
          client.call(api.listAuditEntries, { query: { ...wanted, ...page } }),
        ),
      ),
    );
  },
});

function auditOutcome(part: AuditDocument): Outcome<AuditDocument> {
  return listOutcome(part, {
    heading: ['time', 'by', 'action', 'thing', 'id', 'changes'],
    row: ({ loggedAt, actorUserId, action, entityType, entityId, changes }) => [
      showTime(loggedAt),
      actorUserId,
      action,
      entityType,
      entityId,
      showChanges(changes),
    ],
    none: 'There is no such entry.',
  });
}
