import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { actorSchema, appendToAuditLog, parseInput, schema, type ServiceContext, text } from '@iron/db';
import { timeSchema } from '../fields.ts';

const { tokenBlacklist } = schema;

export const jtiSchema = text(200);

const blacklistSchema = z.strictObject({
  /** The id of the session's token. */
  jti: jtiSchema,
  userId: text(500),
  /** When the token expires by itself, in milliseconds since the epoch. */
  expiresAt: timeSchema,
  actor: actorSchema.optional(),
});

/** Which session token is not to be accepted any more. */
export type BlacklistInput = z.input<typeof blacklistSchema>;

/** Of a token that is blacklisted already the later expiry counts. One that has expired needs no entry. */
export async function blacklistToken({ database, now }: ServiceContext, input: BlacklistInput): Promise<void> {
  const { jti, userId, expiresAt, actor } = parseInput('add', blacklistSchema, input);
  await database.write((tx) => {
    const at = now();
    if (expiresAt <= at) return;
    const { changes: rows } = tx
      .insert(tokenBlacklist)
      .values({ jti, userId, blacklistedAt: at, expiresAt })
      .onConflictDoUpdate({
        target: tokenBlacklist.jti,
        set: { expiresAt },
        setWhere: sql`${tokenBlacklist.expiresAt} < ${expiresAt}`,
      })
      .run();
    if (rows === 0) return;
    const changes = { userId, expiresAt };
    appendToAuditLog(tx, { entityType: 'session', entityId: jti, action: 'blacklist', actor, changes, at });
  });
}
