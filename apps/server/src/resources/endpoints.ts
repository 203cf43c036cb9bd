import type { Endpoint } from '../http/endpoint.ts';
import { TOKEN_ENDPOINTS } from './tokens/token-endpoints.ts';

/** The whole API. */
export const ENDPOINTS: readonly Endpoint[] = [...TOKEN_ENDPOINTS];
