import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { agents } from './agents.ts';
import { aiProviderKeys } from './ai-provider-keys.ts';
import { apiCallTraces } from './api-call-traces.ts';
import { apiTokens } from './api-tokens.ts';
import { auditLog } from './audit-log.ts';
import { databaseIdentity } from './database-identity.ts';
import { holdLimits, holds } from './holds.ts';
import { idempotencyKeys } from './idempotency-keys.ts';
import { priceBooks } from './price-books.ts';
import { projectProviderKeyAssignments } from './project-provider-key-assignments.ts';
import { tokenBlacklist } from './token-blacklist.ts';
import { tokenUsage } from './token-usage.ts';
import { usageLimits } from './usage-limits.ts';
import { usageByModel, usageByModelQuarter, usageByToken, usageHorizon } from './usage-rollups.ts';
import { userAuditLog } from './user-audit-log.ts';
import { users } from './users.ts';

/** Every table that migrations make, guards excepted. */
export const TABLES: readonly SQLiteTable[] = [
  agents,
  aiProviderKeys,
  apiCallTraces,
  apiTokens,
  auditLog,
  databaseIdentity,
  holdLimits,
  holds,
  idempotencyKeys,
  priceBooks,
  projectProviderKeyAssignments,
  tokenBlacklist,
  tokenUsage,
  usageByModel,
  usageByModelQuarter,
  usageByToken,
  usageHorizon,
  usageLimits,
  userAuditLog,
  users,
];
