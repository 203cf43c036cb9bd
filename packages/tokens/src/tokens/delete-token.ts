import { count, eq } from 'drizzle-orm';
import { appendToAuditLog, parseInput, schema, type ServiceContext } from '@iron/db';
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
  return await database.write((tx) => {
    const { userId, projectId, name } = findToken(tx, tokenId);
    const usage = tx.select({ records: count() }).from(tokenUsage).where(eq(tokenUsage.tokenId, tokenId)).get();
    const usageRecords = usage?.records ?? 0;
    tx.delete(apiTokens).where(eq(apiTokens.id, tokenId)).run();
    const changes = { userId, projectId, name, usageRecords };
    appendToAuditLog(tx, { entityType: 'token', entityId: tokenId, action: 'delete', actor, changes, at: now() });
    return { usageRecords };
  });
}
