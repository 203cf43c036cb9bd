export { type Amounts, type Counter, type Dimension, DIMENSIONS } from './counter.ts';
export { HoldBook, type HoldOutcome } from './hold-book.ts';
export { needsOfEnd, needsOfHold } from './calls/needs.ts';
export type { LimitsOf } from './calls/limit-memory.ts';
export type { HoldRequest } from './hold-request.ts';
export { LimitEnforcer } from './limit-enforcer.ts';
export {
  EmptyLimitError,
  HoldNotFoundError,
  InvalidTimeZoneError,
  LimitExceededError,
  LimitExistsError,
  LimitNotFoundError,
  RequestIdTakenError,
} from './limit-errors.ts';
export {
  type CallInput,
  type CostCheckInput,
  type CreateLimitInput,
  type DeleteLimitInput,
  type HoldInput,
  type ListHoldsInput,
  type ListLimitsInput,
  type ReleaseInput,
  type RequestCheckInput,
  type SettleInput,
  type SweepInput,
  type TokensCheckInput,
  type UpdateLimitInput,
  callSchema,
  createLimitSchema,
  DEFAULT_TTL_MS,
  listHoldsSchema,
  listLimitsSchema,
  releaseSchema,
  requestIdSchema,
  ttlSchema,
  updateLimitSchema,
} from './limit-input.ts';
export type { LimitRefusal, LimitState, LimitWithStates } from './limit-state.ts';
export type { Limit } from './limit.ts';
export type { SweepReport } from './sweep-holds.ts';
export type { UnsweptHolds } from './unswept-holds.ts';
export type { HeldDrift } from './verify-held.ts';
