import { type Context, Hono } from 'hono';
import type { Authenticate } from './access/authenticate.ts';
import { answerHeaders, type ServerBindings } from './http/answer.ts';
import { MethodNotAllowedError, NothingHereError } from './http/http-errors.ts';
import { mountEndpoint } from './http/mount-endpoint.ts';
import { isUnforeseen, problemOf } from './http/problem.ts';
import { requestIdOf } from './http/request-id.ts';
import { ENDPOINTS } from './resources/endpoints.ts';
import type { Services } from './services.ts';

export interface ApiOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  /** Is told of failures that are the server's own, before the client is told that there was one. */
  readonly onFailure: (failure: { readonly error: unknown; readonly requestId: string }) => void;
}

/** The API as a function from requests to answers; it listens nowhere. */
export function createApi({ services, authenticate, onFailure }: ApiOptions): Hono<ServerBindings> {
  const app = new Hono<ServerBindings>();
  app.use(async (c, next) => {
    c.set('requestId', requestIdOf(c.req.header('x-request-id')));
    await next();
  });
  for (const endpoint of ENDPOINTS) mountEndpoint(app, endpoint, { services, authenticate, onFailure });
  app.notFound((c) => answerProblem(c, missing(c.req.path)));
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (isUnforeseen(error)) onFailure({ error, requestId });
    return answerProblem(c, error);
  });

  function answerProblem(c: Context<ServerBindings>, error: unknown): Response {
    const requestId = c.get('requestId');
    const hasBody = !['GET', 'HEAD', 'DELETE'].includes(c.req.method);
    const { problem, headers } = problemOf(error, { requestId, hasBody, now: services.now() });
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: { ...answerHeaders(requestId), ...headers, 'content-type': 'application/problem+json' },
    });
  }
  return app;
}

const PATTERNS = ENDPOINTS.map(({ path, method }) => ({
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

function missing(path: string): Error {
  const allowed = PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return allowed.length > 0 ? new MethodNotAllowedError([...new Set(allowed)]) : new NothingHereError();
}
