import type { Endpoint } from '../../http/endpoint.ts';

export const PRICE_ENDPOINTS: readonly Endpoint[] = [];
