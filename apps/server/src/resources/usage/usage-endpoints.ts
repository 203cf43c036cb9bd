import type { Endpoint } from '../../http/endpoint.ts';

export const USAGE_ENDPOINTS: readonly Endpoint[] = [];
