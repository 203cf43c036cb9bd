import type { Endpoint } from '../../http/endpoint.ts';

export const AUDIT_ENDPOINTS: readonly Endpoint[] = [];
