import { type Context, Hono } from 'hono';
import type { Authenticate } from './access/authenticate.ts';
import type { Principal } from './access/principal.ts';
import { allowedMethods } from './http/allowed-methods.ts';
import { answerHeaders, answerProblem, type ServerBindings } from './http/answer.ts';
import { allowCors } from './http/cors.ts';
import { MethodNotAllowedError, NothingHereError } from './http/http-errors.ts';
import { foreseen } from './http/foreseen.ts';
import { mountEndpoint } from './http/mount-endpoint.ts';
import type { WebPage } from './http/web-page.ts';
import { isUnforeseen, problemOf } from './http/problem.ts';
import { requestIdOf } from './http/request-id.ts';
import { ENDPOINTS } from './resources/endpoints.ts';
import type { Services } from './services.ts';

/** What became of a request, for a log and for metrics. Nothing in it is secret, whatever the client has sent. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** The pattern of its path, `/api/tokens/{tokenId}`; `null`: there is nothing. The path itself may hold anything. */
  readonly route: string | null;
  readonly status: number;
  /** Until its answer was ready to be sent. */
  readonly milliseconds: number;
  /** Who asked, once that was known. */
  readonly principal: Principal | undefined;
  /** Why it was refused. */
  readonly error: Error | undefined;
}

/** A failure that is the server's own. */
export interface Failure {
  readonly error: unknown;
  readonly requestId: string;
}

/** What an API is made of. */
export interface ApiOptions {
  readonly services: Services;
  readonly authenticate: Authenticate;
  /** Is told of failures that are the server's own, before the client is told that there was one. */
  readonly onFailure: (failure: Failure) => void;
  /** Is told of each request when its answer is ready. For a log and for metrics: it changes nothing. */
  readonly onAnswered?: (request: AnsweredRequest) => void;
  /** What is served beside the API, to everybody. */
  readonly pages?: readonly WebPage[];
  /** The web pages that may call the API, by their origins. Default: none. */
  readonly corsOrigins?: readonly string[];
}

/** The API as a function from requests to answers; it listens nowhere. */
export function createApi(options: ApiOptions): Hono<ServerBindings> {
  const { services, authenticate, onFailure, onAnswered, pages = [], corsOrigins = [] } = options;
  const app = new Hono<ServerBindings>();
  app.use(accompany(fail, onAnswered));
  if (corsOrigins.length > 0) app.use('/api/*', allowCors(corsOrigins));
  for (const endpoint of ENDPOINTS) mountEndpoint(app, endpoint, { services, authenticate, onFailure });
  for (const page of pages) mountPage(app, page);
  const allowedAt = allowedMethods(ENDPOINTS, pages);
  app.notFound((c) => refuse(c, missing(allowedAt(c.req.path))));
  app.onError(fail);

  function fail(thrown: Error, c: Context<ServerBindings>): Response {
    const error = foreseen(thrown, services.database.path);
    if (isUnforeseen(error)) onFailure({ error, requestId: c.get('requestId') });
    return refuse(c, error);
  }
  function refuse(c: Context<ServerBindings>, error: Error): Response {
    c.set('refusal', error);
    const takesBody = c.get('takesBody') ?? false;
    return answerProblem(problemOf(error, { requestId: c.get('requestId'), takesBody, now: services.now() }));
  }
  return app;
}

type Fail = (error: Error, c: Context<ServerBindings>) => Response;

/** Gives each request its name, and tells what became of it. */
function accompany(fail: Fail, onAnswered: ApiOptions['onAnswered']) {
  return async (c: Context<ServerBindings>, next: () => Promise<void>): Promise<void> => {
    const beganAt = performance.now();
    const requestId = requestIdOf(c.req.header('x-request-id'), c.req.header('authorization'));
    c.set('requestId', requestId);
    try {
      await next();
    } catch (thrown) {
      c.res = fail(new Error('What was thrown is no error.', { cause: thrown }), c); // Hono catches errors alone
    }
    onAnswered?.({
      requestId,
      method: c.req.method,
      route: c.get('route') ?? null,
      status: c.res.status,
      milliseconds: performance.now() - beganAt,
      principal: c.get('principal'),
      error: c.get('refusal'),
    });
  };
}

function mountPage(app: Hono<ServerBindings>, { path, answer }: WebPage): void {
  app.get(path, async (c) => {
    c.set('route', path);
    return await answer(answerHeaders(c.get('requestId')));
  });
}

function missing(allowed: readonly string[]): Error {
  return allowed.length > 0 ? new MethodNotAllowedError(allowed) : new NothingHereError();
}
