import type { Endpoint } from './endpoint.ts';
import type { WebPage } from './web-page.ts';
import { pathPattern } from './path-pattern.ts';

const READING = ['GET', 'HEAD'];

/** Makes the function that says which methods a path takes: none where there is nothing. */
export function allowedMethods(
  endpoints: readonly Pick<Endpoint, 'path' | 'method'>[],
  pages: readonly Pick<WebPage, 'path'>[],
): (path: string) => readonly string[] {
  const patterns = endpoints.map(({ path, method }) => ({
    methods: method === 'get' ? READING : [method.toUpperCase()],
    pattern: pathPattern(path),
  }));
  return (path) => {
    if (pages.some((page) => page.path === path)) return READING;
    return [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))];
  };
}
