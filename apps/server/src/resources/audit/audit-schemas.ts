import { schema } from '@iron/db';
import { listEntriesSchema, listUserEntriesSchema } from '@iron/tokens';
import { z } from 'zod';
import { page, time } from '../fields.ts';

const hash = z.string().meta({ description: 'What the next entry carries' });

const auditEntrySchema = z
  .strictObject({
    id: z.int(),
    entityType: z.string().meta({ description: 'What kind of thing was changed: `token`, `agent`, `limit`, …' }),
    entityId: z.string(),
    action: z.string().meta({ description: 'What was done to it: `create`, `revoke`, …' }),
    actorUserId: z.string().nullable().meta({ description: 'Who asked for it; null: Iron itself, or it was not said' }),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    changes: z.unknown().meta({ description: 'What was changed, as it was written' }),
    loggedAt: time,
    hash,
  })
  .meta({ id: 'AuditEntry' });

const userAuditEntrySchema = z
  .strictObject({
    id: z.int(),
    operation: z.enum(schema.USER_OPERATIONS),
    targetUserId: z.string().meta({ description: 'Whose account was changed' }),
    performedBy: z.string().meta({ description: 'Who changed it; `system`: Iron itself, or it was not said' }),
    timestamp: time,
    previousState: z.unknown().meta({ description: 'What of the account was changed, as it was before' }),
    newState: z.unknown().meta({ description: 'What of the account was changed, as it was then' }),
    reason: z.string().nullable(),
    hash,
  })
  .meta({ id: 'UserAuditEntry' });

const auditVerificationSchema = z.strictObject({
  log: z.enum(['audit_log', 'user_audit_log']),
  rows: z.int().meta({ description: 'How many rows fit, from the first on' }),
  lastHash: z.string().meta({
    description: 'Of the last row that fits. Kept elsewhere, it shows later that rows at the end were cut off',
  }),
  broken: z
    .strictObject({ id: z.int(), problem: z.string() })
    .nullable()
    .meta({ description: 'The first row that does not fit' }),
});

export const verificationSchema = z.strictObject({
  isWhole: z.boolean().meta({ description: 'No row was changed, put in or left out' }),
  logs: z.array(auditVerificationSchema),
});

export const auditPage = page(auditEntrySchema);
export const userAuditPage = page(userAuditEntrySchema);

export const listAuditQuery = listEntriesSchema;
export const listUserAuditQuery = listUserEntriesSchema;
