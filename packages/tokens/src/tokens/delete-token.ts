import { count, eq } from '@iron/db/drizzle';
import { appendToAuditLog, changeRow, first, parseInput, schema, type ServiceContext } from '@iron/db';
import { type ChangeTokenInput, changeTokenSchema } from './token-input.ts';
import { findToken } from './token.ts';

/** What went with a token. */
export interface DeletedToken {
  readonly usageRecords: number;
}

const { apiTokens, tokenUsage } = schema;

/** Deletes a token with its usage and traces. To keep them, revoke the token instead. */
export async function deleteToken({ database, now }: ServiceContext, input: ChangeTokenInput): Promise<DeletedToken> {
  const { tokenId, actor } = parseInput('deleteToken', changeTokenSchema, input);
  return await database.write(function* (tx) {
    const { userId, projectId, name } = yield* findToken(tx, tokenId);
    const usage = tx.select({ records: count() }).from(tokenUsage).where(eq(tokenUsage.tokenId, tokenId));
    const usageRecords = (yield* first(usage))?.records ?? 0;
    yield* changeRow(`token ${tokenId}`, tx.delete(apiTokens).where(eq(apiTokens.id, tokenId)));
    const changes = { userId, projectId, name, usageRecords };
    yield* appendToAuditLog(tx, {
      entityType: 'token',
      entityId: tokenId,
      action: 'delete',
      actor,
      changes,
      at: now(),
    });
    return { usageRecords };
  });
}
