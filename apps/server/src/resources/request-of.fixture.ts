import type { Asked, TestApi } from '../api.fixture.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { Said } from './request-maker.fixture.ts';

const VERBS = { get: 'GET', post: 'POST', patch: 'PATCH', put: 'PUT', delete: 'DELETE' } as const;

/** An operation's request as it goes over the wire. */
export function requestOf(
  { method, path }: Pick<Endpoint, 'method' | 'path'>,
  { params = {}, query = {}, body }: Said,
): [Parameters<TestApi['ask']>[0], Pick<Asked, 'body'>] {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const words = new URLSearchParams(query).toString();
  return [`${VERBS[method]} /${filled.slice(1)}${words && `?${words}`}`, { body }];
}
