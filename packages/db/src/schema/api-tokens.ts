import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { agents } from './agents.ts';
import {
  bytesAtMost,
  inMilliseconds,
  isBoolean,
  isJsonArray,
  isSha256,
  lengthBetween,
  setOnlyWith,
  withoutNul,
} from './column-checks.ts';

/** Tokens, known only by their SHA-256. The user need not have a row in `users`. */
export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: integer('id').primaryKey(),
    tokenHash: text('token_hash').notNull().unique(),
    userId: text('user_id').notNull(),
    projectId: text('project_id'),
    name: text('name'),
    scopes: text('scopes', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
    isActive: integer('is_active', { mode: 'boolean' }).notNull().default(true),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    revokedReason: text('revoked_reason'),
    /** The token that this one replaces; both work until the old one expires. */
    rotatedFromId: integer('rotated_from_id').references((): AnySQLiteColumn => apiTokens.id, { onDelete: 'set null' }),
    agentId: integer('agent_id').references(() => agents.id, { onDelete: 'restrict' }),
    provider: text('provider'),
  },
  (t) => [
    index('idx_api_tokens_user').on(t.userId, t.createdAt),
    index('idx_api_tokens_project')
      .on(t.projectId, t.createdAt)
      .where(sql`${t.projectId} IS NOT NULL`),
    index('idx_api_tokens_expiry')
      .on(t.expiresAt)
      .where(sql`${t.expiresAt} IS NOT NULL`),
    uniqueIndex('idx_api_tokens_rotated_from')
      .on(t.rotatedFromId)
      .where(sql`${t.rotatedFromId} IS NOT NULL`),
    index('idx_api_tokens_agent')
      .on(t.agentId)
      .where(sql`${t.agentId} IS NOT NULL`),
    index('idx_api_tokens_provider')
      .on(t.provider, t.createdAt)
      .where(sql`${t.provider} IS NOT NULL`),
    isSha256(t.tokenHash),
    isJsonArray(t.scopes),
    bytesAtMost(t.scopes, 16_384),
    isBoolean(t.isActive),
    ...inMilliseconds(t.createdAt, t.lastUsedAt, t.expiresAt, t.revokedAt),
    setOnlyWith(t.revokedAt, t.revokedReason),
    check('revoked_is_inactive', sql`${t.revokedAt} IS NULL OR ${t.isActive} = 0`),
    check('not_rotated_from_itself', sql`${t.rotatedFromId} <> ${t.id}`),
    lengthBetween(t.userId, 1, 500),
    lengthBetween(t.projectId, 1, 500),
    lengthBetween(t.name, 1, 200),
    lengthBetween(t.revokedReason, 1, 500),
    lengthBetween(t.provider, 1, 100),
    withoutNul(t.userId, t.projectId, t.name, t.revokedReason),
    withoutNul(t.provider),
  ],
);

export type ApiToken = typeof apiTokens.$inferSelect;
export type NewApiToken = typeof apiTokens.$inferInsert;
