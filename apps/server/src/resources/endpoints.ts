import type { Endpoint } from '../http/endpoint.ts';
import { AGENT_ENDPOINTS } from './agents/agent-endpoints.ts';
import { AUDIT_ENDPOINTS } from './audit/audit-endpoints.ts';
import { HOLD_ENDPOINTS } from './holds/hold-endpoints.ts';
import { LIMIT_ENDPOINTS } from './limits/limit-endpoints.ts';
import { PRICE_ENDPOINTS } from './prices/price-endpoints.ts';
import { PROVIDER_KEY_ENDPOINTS } from './provider-keys/provider-key-endpoints.ts';
import { TOKEN_ENDPOINTS } from './tokens/token-endpoints.ts';
import { TRACE_ENDPOINTS } from './traces/trace-endpoints.ts';
import { USAGE_ENDPOINTS } from './usage/usage-endpoints.ts';
import { USER_ENDPOINTS } from './users/user-endpoints.ts';

/** The whole API, in the order in which paths are matched: `/api/tokens/usage` before `/api/tokens/{tokenId}`. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...USAGE_ENDPOINTS,
  ...TOKEN_ENDPOINTS,
  ...LIMIT_ENDPOINTS,
  ...HOLD_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...PROVIDER_KEY_ENDPOINTS,
  ...AGENT_ENDPOINTS,
  ...TRACE_ENDPOINTS,
  ...AUDIT_ENDPOINTS,
  ...PRICE_ENDPOINTS,
];
