import { problemOf } from '../http/problem.ts';
import { HttpServer, type HttpServerOptions } from './http-server.ts';
import { type NetworkLimits, USUAL_LIMITS } from './network-limits.ts';

/** A server at a free port that answers with what a test's function gives, and is closed with the test's block. */
export interface ListeningServer extends AsyncDisposable {
  readonly server: HttpServer;
  readonly url: string;
  /** The codes of requests that the function has not seen. */
  readonly refused: string[];
}

export async function listening(
  fetch: HttpServerOptions['fetch'],
  limits: Partial<NetworkLimits> = {},
): Promise<ListeningServer> {
  const refused: string[] = [];
  const server = new HttpServer({
    fetch,
    refuse(error) {
      const answer = problemOf(error, { requestId: 'none', takesBody: false, now: 0 });
      refused.push(answer.problem.code);
      return answer;
    },
    limits: { ...USUAL_LIMITS, ...limits },
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, refused, [Symbol.asyncDispose]: async () => await server.close() };
}
