import { and, desc, eq, gte, lt } from '@iron/db/drizzle';
import { z } from 'zod';
import { makePage, type Page, pageSchema, parseInput, readCursor, schema, type ServiceContext, text } from '@iron/db';
import { idSchema, timeSchema } from '../fields.ts';

/** Checks a {@link ListEntriesInput}. */
export const listEntriesSchema = z.strictObject({
  entityType: text(100).optional().meta({
    description: 'What kind of thing was changed: `token`, `agent`, `provider_key`, `limit`, `price_book`, `session`',
  }),
  entityId: z.union([text(500), idSchema]).optional(),
  action: text(100).optional(),
  actorUserId: text(500).optional().meta({ description: 'Who asked for the change' }),
  from: timeSchema.optional().meta({ description: 'The first moment of interest, in milliseconds since the epoch' }),
  to: timeSchema.optional().meta({ description: 'The first moment that is not of interest any more' }),
  ...pageSchema,
});

/** Which entries to list. */
export type ListEntriesInput = z.input<typeof listEntriesSchema>;

/** What happened to a thing. */
export interface AuditEntry {
  readonly id: number;
  readonly entityType: string;
  readonly entityId: string;
  readonly action: string;
  /** Who asked for it; `null`: Iron itself, or it was not said. */
  readonly actorUserId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** What was changed, as it was written. */
  readonly changes: unknown;
  /** Milliseconds since the epoch. */
  readonly loggedAt: number;
  /** What the next entry carries; see `verifyAudit`. */
  readonly hash: string;
}

const { auditLog } = schema;

const cursorKey = z.tuple([idSchema]);

/** The newest first: the order of the chain, which is that of the changes. */
export async function listEntries({ database }: ServiceContext, input: ListEntriesInput): Promise<Page<AuditEntry>> {
  const asked = parseInput('listEntries', listEntriesSchema, input);
  const [beforeId] = readCursor(cursorKey, asked.cursor) ?? [];
  const rows = await database.reader
    .select()
    .from(auditLog)
    .where(
      and(
        asked.entityType === undefined ? undefined : eq(auditLog.entityType, asked.entityType),
        asked.entityId === undefined ? undefined : eq(auditLog.entityId, String(asked.entityId)),
        asked.action === undefined ? undefined : eq(auditLog.action, asked.action),
        asked.actorUserId === undefined ? undefined : eq(auditLog.actorUserId, asked.actorUserId),
        asked.from === undefined ? undefined : gte(auditLog.loggedAt, asked.from),
        asked.to === undefined ? undefined : lt(auditLog.loggedAt, asked.to),
        beforeId === undefined ? undefined : lt(auditLog.id, beforeId),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(asked.limit + 1);
  return makePage(rows, asked.limit, { keyOf: ({ id }) => [id], itemOf: toEntry });
}

function toEntry({ previousHash: _previousHash, changes, ...rest }: schema.AuditLogEntry): AuditEntry {
  return { ...rest, changes: changes === null ? null : JSON.parse(changes) };
}
