import type { Endpoint } from '../../http/endpoint.ts';

export const USER_ENDPOINTS: readonly Endpoint[] = [];
