import { blob, check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { inMilliseconds, isBoolean, lengthBetween, setTogether, withoutNul } from './column-checks.ts';

/** Keys of LLM providers, encrypted with AES-256-GCM under a master key that is not in the database. */
export const aiProviderKeys = sqliteTable(
  'ai_provider_keys',
  {
    id: integer('id').primaryKey(),
    provider: text('provider').notNull(),
    /** The cipher text, and behind it the tag of 16 bytes. */
    encryptedApiKey: blob('encrypted_api_key', { mode: 'buffer' }).notNull(),
    encryptionNonce: blob('encryption_nonce', { mode: 'buffer' }).notNull(),
    masterKeyId: text('master_key_id').notNull(),
    /** For listings: `sk-…abcd`. */
    maskedKey: text('masked_key').notNull(),
    baseUrl: text('base_url'),
    description: text('description'),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull().default(true),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    /** Below zero: overdrawn. */
    balanceNanos: integer('balance_nanos'),
    balanceUpdatedAt: integer('balance_updated_at'),
    userId: text('user_id').notNull(),
  },
  (t) => [
    index('idx_ai_provider_keys_user').on(t.userId, t.createdAt),
    index('idx_ai_provider_keys_provider')
      .on(t.provider, t.lastUsedAt)
      .where(sql`${t.isEnabled} = 1`),
    uniqueIndex('idx_ai_provider_keys_master_key').on(t.masterKeyId, t.encryptionNonce),
    lengthBetween(t.provider, 1, 100),
    lengthBetween(t.encryptedApiKey, 17, 8192),
    check('encryption_nonce_length', sql`length(${t.encryptionNonce}) = 12`),
    lengthBetween(t.masterKeyId, 1, 100),
    lengthBetween(t.maskedKey, 1, 24),
    lengthBetween(t.baseUrl, 1, 2000),
    lengthBetween(t.description, 1, 500),
    lengthBetween(t.userId, 1, 500),
    isBoolean(t.isEnabled),
    ...inMilliseconds(t.createdAt, t.lastUsedAt, t.balanceUpdatedAt),
    setTogether(t.balanceNanos, t.balanceUpdatedAt),
    withoutNul(t.provider, t.masterKeyId, t.maskedKey, t.baseUrl, t.description, t.userId),
  ],
);

export type AiProviderKey = typeof aiProviderKeys.$inferSelect;
export type NewAiProviderKey = typeof aiProviderKeys.$inferInsert;
