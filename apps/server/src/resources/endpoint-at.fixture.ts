import type { Endpoint } from '../http/endpoint.ts';
import { pathPattern } from '../http/path-pattern.ts';
import { ENDPOINTS } from './endpoints.ts';

const PATTERNS = ENDPOINTS.map((endpoint) => ({ endpoint, pattern: pathPattern(endpoint.path) }));

/** The endpoint that a request reaches: the first that its method and its path, `/api/tokens/7`, fit. */
export function endpointAt(method: string, path: string): Endpoint | undefined {
  const found = PATTERNS.find(
    ({ endpoint, pattern }) => endpoint.method === method.toLowerCase() && pattern.test(path),
  );
  return found?.endpoint;
}
