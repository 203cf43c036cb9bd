import type { Endpoint } from '../../http/endpoint.ts';

export const LIMIT_ENDPOINTS: readonly Endpoint[] = [];
