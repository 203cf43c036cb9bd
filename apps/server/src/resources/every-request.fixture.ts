import { AGENT_REQUESTS } from './agents/agent-requests.fixture.ts';
import { AUDIT_REQUESTS } from './audit/audit-requests.fixture.ts';
import { HOLD_REQUESTS } from './holds/hold-requests.fixture.ts';
import { LIMIT_REQUESTS } from './limits/limit-requests.fixture.ts';
import { PRICE_REQUESTS } from './prices/price-requests.fixture.ts';
import { PROVIDER_KEY_REQUESTS } from './provider-keys/provider-key-requests.fixture.ts';
import { TOKEN_REQUESTS } from './tokens/token-requests.fixture.ts';
import { TRACE_REQUESTS } from './traces/trace-requests.fixture.ts';
import { USAGE_REQUESTS } from './usage/usage-requests.fixture.ts';
import { USER_REQUESTS } from './users/user-requests.fixture.ts';
import type { RequestMaker } from './request-maker.fixture.ts';

/** A valid request of every operation of the API, by the operation's id. */
export const EVERY_REQUEST: Readonly<Record<string, RequestMaker>> = {
  ...TOKEN_REQUESTS,
  ...LIMIT_REQUESTS,
  ...HOLD_REQUESTS,
  ...USAGE_REQUESTS,
  ...TRACE_REQUESTS,
  ...USER_REQUESTS,
  ...PROVIDER_KEY_REQUESTS,
  ...AGENT_REQUESTS,
  ...AUDIT_REQUESTS,
  ...PRICE_REQUESTS,
};
