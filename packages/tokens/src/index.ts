export { AgentInUseError, AgentNameTakenError, AgentNotFoundError } from './agents/agent-errors.ts';
export { AgentStorage } from './agents/agent-storage.ts';
export type { Agent } from './agents/agent.ts';
export {
  type CreateAgentInput,
  createAgentSchema,
  type DeleteAgentInput,
  type RenameAgentInput,
  renameAgentSchema,
  type SetProvidersInput,
  setProvidersSchema,
} from './agents/change-agent.ts';
export { type ListAgentsInput, listAgentsSchema } from './agents/list-agents.ts';
export { AuditLog } from './audit/audit-log.ts';
export { type AuditEntry, type ListEntriesInput, listEntriesSchema } from './audit/list-entries.ts';
export { type ListUserEntriesInput, listUserEntriesSchema, type UserAuditEntry } from './audit/list-user-entries.ts';
export type { BlacklistInput } from './blacklist/blacklist-token.ts';
export type { SweepBlacklistInput } from './blacklist/sweep-blacklist.ts';
export { TokenBlacklist } from './blacklist/token-blacklist.ts';
export { MasterKey } from './provider-keys/master-key.ts';
export {
  InvalidMasterKeyError,
  MasterKeyMissingError,
  ProviderKeyDamagedError,
  ProviderKeyDisabledError,
  ProviderKeyNotFoundError,
  WrongMasterKeyError,
} from './provider-keys/provider-key-errors.ts';
export {
  assignmentSchema,
  keyFieldsSchema,
  listKeysSchema,
  setBalanceSchema,
  setBaseUrlSchema,
} from './provider-keys/provider-key-input.ts';
export type {
  AddKeyInput,
  AssignmentInput,
  ChangeKeyInput,
  ListKeysInput,
  RotateMasterKeyInput,
  SetBalanceInput,
  SetBaseUrlInput,
  WithKeyInput,
} from './provider-keys/provider-key-input.ts';
export { ProviderKeyStorage, type ProviderKeyStorageOptions } from './provider-keys/provider-key-storage.ts';
export type { ProviderKey } from './provider-keys/provider-key.ts';
export { readMasterKey, requireMasterKeys } from './provider-keys/read-master-key.ts';
export type { MasterKeyRotation } from './provider-keys/rotate-master-key.ts';
export type { KeyVerification } from './provider-keys/verify-keys.ts';
export type { DeletedToken } from './tokens/delete-token.ts';
export type { CreatedToken } from './tokens/issue-token.ts';
export type { CountedTokens } from './tokens/list-tokens.ts';
export type { RotatedToken } from './tokens/rotate-token.ts';
export { hasScope, parseScope, type Scope } from './tokens/scopes.ts';
export {
  ExpiryInPastError,
  InvalidScopeError,
  InvalidTokenError,
  TokenExistsError,
  TokenAlreadyRotatedError,
  TokenNotActiveError,
  TokenNotFoundError,
  TokenRevokedError,
  UnfitTokenError,
} from './tokens/token-errors.ts';
export { type ParsedToken, parseToken } from './tokens/token-format.ts';
export {
  createTokenSchema,
  importTokenHashSchema,
  listTokensSchema,
  revokeTokenSchema,
  rotateTokenSchema,
  updateTokenSchema,
} from './tokens/token-input.ts';
export type {
  ChangeTokenInput,
  CreateTokenInput,
  ImportTokenHashInput,
  ListTokensInput,
  RevokeTokenInput,
  RotateTokenInput,
  UpdateTokenInput,
} from './tokens/token-input.ts';
export { tokenHash } from './tokens/token-hash.ts';
export { TOKENS } from './tokens/token-memory.ts';
export { TOKEN_STATES, type TokenState } from './tokens/token-state.ts';
export { TokenStorage, type TokenStorageOptions } from './tokens/token-storage.ts';
export {
  type Refusal,
  type RefusalReason,
  tokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
  type Verification,
  type VerifiedToken,
} from './tokens/token-verifier.ts';
export type { Token } from './tokens/token.ts';
export type { PasswordReset } from './users/reset-password.ts';
export {
  InvalidCredentialsError,
  LastAdminError,
  PasswordRefusedError,
  SelfChangeRefusedError,
  UserDeletedError,
  UserExistsError,
  UserNotFoundError,
} from './users/user-errors.ts';
export {
  changePasswordSchema,
  changeRoleSchema,
  changeUserSchema,
  createUserSchema,
  listUsersSchema,
  resetPasswordSchema,
} from './users/user-input.ts';
export type {
  ChangePasswordInput,
  ChangeRoleInput,
  ChangeUserInput,
  CreateUserInput,
  Credentials,
  ListUsersInput,
  ResetPasswordInput,
} from './users/user-input.ts';
export { UserStorage, type UserStorageOptions } from './users/user-storage.ts';
export { type User, USER_STATES, type UserKey, type UserRole, type UserState } from './users/user.ts';
