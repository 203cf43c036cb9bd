import { and, desc, eq, gte, lt } from '@iron/db/drizzle';
import { z } from 'zod';
import { makePage, type Page, pageSchema, parseInput, readCursor, schema, type ServiceContext, text } from '@iron/db';
import { idSchema, timeSchema } from '../fields.ts';

/** Checks a {@link ListUserEntriesInput}. */
export const listUserEntriesSchema = z.strictObject({
  operation: z.enum(schema.USER_OPERATIONS).optional(),
  targetUserId: text(500).optional().meta({ description: 'Whose account was changed' }),
  performedBy: text(500).optional().meta({ description: 'Who changed it; `system`: Iron itself, or it was not said' }),
  from: timeSchema.optional().meta({ description: 'The first moment of interest, in milliseconds since the epoch' }),
  to: timeSchema.optional().meta({ description: 'The first moment that is not of interest any more' }),
  ...pageSchema,
});

/** Which entries of the log of accounts to list. */
export type ListUserEntriesInput = z.input<typeof listUserEntriesSchema>;

/** What was done to an account. */
export interface UserAuditEntry {
  readonly id: number;
  readonly operation: schema.UserAuditLogEntry['operation'];
  readonly targetUserId: string;
  /** `system`: Iron itself, or it was not said. */
  readonly performedBy: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** What of the account was changed, as it was before; `null`: there is nothing to say. */
  readonly previousState: unknown;
  readonly newState: unknown;
  readonly reason: string | null;
  /** What the next entry carries; see `verifyAudit`. */
  readonly hash: string;
}

const { userAuditLog } = schema;

const cursorKey = z.tuple([idSchema]);

/** The newest first: the order of the chain, which is that of the changes. */
export async function listUserEntries(
  { database }: ServiceContext,
  input: ListUserEntriesInput,
): Promise<Page<UserAuditEntry>> {
  const asked = parseInput('listUserEntries', listUserEntriesSchema, input);
  const [beforeId] = readCursor(cursorKey, asked.cursor) ?? [];
  const rows = await database.reader
    .select()
    .from(userAuditLog)
    .where(
      and(
        asked.operation === undefined ? undefined : eq(userAuditLog.operation, asked.operation),
        asked.targetUserId === undefined ? undefined : eq(userAuditLog.targetUserId, asked.targetUserId),
        asked.performedBy === undefined ? undefined : eq(userAuditLog.performedBy, asked.performedBy),
        asked.from === undefined ? undefined : gte(userAuditLog.timestamp, asked.from),
        asked.to === undefined ? undefined : lt(userAuditLog.timestamp, asked.to),
        beforeId === undefined ? undefined : lt(userAuditLog.id, beforeId),
      ),
    )
    .orderBy(desc(userAuditLog.id))
    .limit(asked.limit + 1);
  return makePage(rows, asked.limit, { keyOf: ({ id }) => [id], itemOf: toEntry });
}

function toEntry({
  previousHash: _previousHash,
  previousState,
  newState,
  ...rest
}: schema.UserAuditLogEntry): UserAuditEntry {
  return { ...rest, previousState: stateOf(previousState), newState: stateOf(newState) };
}

function stateOf(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
