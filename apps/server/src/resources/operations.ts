export {
  createAgent,
  deleteAgent,
  listAgents,
  renameAgent,
  setAgentProviders,
  showAgent,
} from './agents/agent-endpoints.ts';
export { listAuditEntries, listUserAuditEntries, verifyAudit } from './audit/audit-endpoints.ts';
export { createHold, listHolds, releaseHold, settleHold, showHold } from './holds/hold-endpoints.ts';
export {
  createLimit,
  deleteLimit,
  listLimits,
  showLimit,
  showLimitStates,
  updateLimit,
  verifyHeld,
} from './limits/limit-endpoints.ts';
export {
  importPrices,
  listPriceBooks,
  removePriceOverride,
  setPriceOverride,
  showPrice,
  showPriceBook,
} from './prices/price-endpoints.ts';
export {
  addProviderKey,
  assignProviderKey,
  deleteProviderKey,
  disableProviderKey,
  enableProviderKey,
  listProviderKeys,
  setProviderKeyBalance,
  setProviderKeyBaseUrl,
  showProviderKey,
  unassignProviderKey,
} from './provider-keys/provider-key-endpoints.ts';
export {
  activateToken,
  createToken,
  deactivateToken,
  deleteToken,
  importToken,
  listTokens,
  revokeToken,
  rotateToken,
  showToken,
  updateToken,
} from './tokens/token-endpoints.ts';
export { listTraces, recordTrace, showTrace } from './traces/trace-endpoints.ts';
export { exportUsage } from './usage/export-usage.ts';
export { showTokenUsage } from './usage/show-token-usage.ts';
export {
  listUnpriced,
  listUsage,
  recordUsage,
  reportUsage,
  repriceUsage,
  verifyUsageTotals,
} from './usage/usage-endpoints.ts';
export {
  activateUser,
  changeUserPassword,
  changeUserRole,
  createUser,
  deleteUser,
  listUsers,
  resetUserPassword,
  showUser,
  suspendUser,
} from './users/user-endpoints.ts';
