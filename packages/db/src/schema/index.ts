export { type Agent, type NewAgent, agents } from './agents.ts';
export { type AiProviderKey, type NewAiProviderKey, aiProviderKeys } from './ai-provider-keys.ts';
export { type ApiCallTrace, type NewApiCallTrace, apiCallTraces } from './api-call-traces.ts';
export { type ApiToken, type NewApiToken, apiTokens } from './api-tokens.ts';
export { type AuditLogEntry, type NewAuditLogEntry, auditLog } from './audit-log.ts';
export { databaseIdentity } from './database-identity.ts';
export { type Hold, type HoldLimit, type NewHold, HOLD_STATES, holdLimits, holds } from './holds.ts';
export { idempotencyKeys } from './idempotency-keys.ts';
export { type PriceBookRow, PRICE_SOURCES, priceBooks } from './price-books.ts';
export {
  type ProjectProviderKeyAssignment,
  type NewProjectProviderKeyAssignment,
  projectProviderKeyAssignments,
} from './project-provider-key-assignments.ts';
export { type BlacklistedToken, type NewBlacklistedToken, tokenBlacklist } from './token-blacklist.ts';
export { type TokenUsage, type NewTokenUsage, tokenUsage } from './token-usage.ts';
export { type UsageLimit, type NewUsageLimit, usageLimits } from './usage-limits.ts';
export {
  type UsageByModel,
  type UsageByToken,
  usageByModel,
  usageByModelQuarter,
  usageByToken,
  usageHorizon,
} from './usage-rollups.ts';
export { type UserAuditLogEntry, type NewUserAuditLogEntry, USER_OPERATIONS, userAuditLog } from './user-audit-log.ts';
export { type User, type NewUser, USER_ROLES, users } from './users.ts';
