import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { answerHeaders, type ServerBindings } from './answer.ts';

/** What a page may send. */
const SENT = ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'];
/** What a page may read, beside what every page may. */
const SHOWN = [
  'Content-Disposition',
  'Idempotent-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const REMEMBERED_SECONDS = 600;

/** Lets web pages of these origins call the API. They show a token themselves: no cookie counts for anything here. */
export function allowCors(origins: readonly string[]): MiddlewareHandler<ServerBindings> {
  const allow: MiddlewareHandler<ServerBindings> = cors({
    origin: [...origins],
    allowMethods: METHODS,
    allowHeaders: SENT,
    exposeHeaders: SHOWN,
    maxAge: REMEMBERED_SECONDS,
  });
  return async (c, next) => {
    const preflight = await allow(c, next);
    if (!preflight) return;
    for (const [name, value] of Object.entries(answerHeaders(c.get('requestId')))) preflight.headers.set(name, value);
    return preflight;
  };
}
