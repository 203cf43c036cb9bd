import type { Endpoint } from '../../http/endpoint.ts';

export const PROVIDER_KEY_ENDPOINTS: readonly Endpoint[] = [];
