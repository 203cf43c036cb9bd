/** Every operation of the API under its name, for programs that call it. */
export * from './agents/agent-endpoints.ts';
export * from './audit/audit-endpoints.ts';
export * from './holds/hold-endpoints.ts';
export * from './limits/limit-endpoints.ts';
export * from './prices/price-endpoints.ts';
export * from './provider-keys/provider-key-endpoints.ts';
export * from './tokens/token-endpoints.ts';
export * from './traces/trace-endpoints.ts';
export * from './usage/usage-endpoints.ts';
export * from './users/user-endpoints.ts';
