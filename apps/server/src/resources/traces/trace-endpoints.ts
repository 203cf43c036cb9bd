import type { Endpoint } from '../../http/endpoint.ts';

export const TRACE_ENDPOINTS: readonly Endpoint[] = [];
