import type { HttpBindings } from '@hono/node-server';
import type { Principal } from '../access/principal.ts';
import type { ProblemAnswer } from './problem.ts';

/** What goes with a request on its way. */
export interface ServerBindings {
  /** Of the connection; a request inside this process has none. */
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    requestId: string;
    /** The pattern of its path, where there is something. */
    route: string | undefined;
    /** Whether something is taken in its body: then it is there that it can be wrong, and else in the query. */
    takesBody: boolean | undefined;
    /** Once it is known who asks. */
    principal: Principal | undefined;
    /** Why it is refused. */
    refusal: Error | undefined;
  };
}

/** Nothing of the API is to be kept, framed, sniffed or run. */
const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The headers of every answer. */
export function answerHeaders(requestId: string): Record<string, string> {
  return { ...ALWAYS, 'x-request-id': requestId };
}

/** The headers of an answer with this problem. */
export function problemHeaders({ problem, headers }: ProblemAnswer): Record<string, string> {
  return { ...answerHeaders(problem.requestId), ...headers, 'content-type': 'application/problem+json' };
}

/** Says to the client what was wrong. */
export function answerProblem(answer: ProblemAnswer): Response {
  const { problem } = answer;
  return new Response(JSON.stringify(problem), { status: problem.status, headers: problemHeaders(answer) });
}
