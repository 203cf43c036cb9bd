import { lt } from '@iron/db/drizzle';
import { z } from 'zod';
import { actorSchema, appendToAuditLog, parseInput, run, schema, type ServiceContext, text } from '@iron/db';
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
  await database.write(function* (tx) {
    const at = now();
    if (expiresAt <= at) return;
    const later = {
      target: tokenBlacklist.jti,
      set: { expiresAt },
      setWhere: lt(tokenBlacklist.expiresAt, expiresAt),
    };
    const values = { jti, userId, blacklistedAt: at, expiresAt };
    const rows = yield* run(tx.insert(tokenBlacklist).values(values).onConflictDoUpdate(later));
    if (rows === 0) return;
    const changes = { userId, expiresAt };
    yield* appendToAuditLog(tx, { entityType: 'session', entityId: jti, action: 'blacklist', actor, changes, at });
  });
}
