import type { Endpoint } from '../../http/endpoint.ts';

export const HOLD_ENDPOINTS: readonly Endpoint[] = [];
