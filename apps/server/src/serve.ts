import type { IncomingMessage } from 'node:http';
import type { IronDatabase, LogLevel } from '@iron/db';
import { readMasterKey } from '@iron/tokens';
import type { DestinationStream } from 'pino';
import { bearerAuthentication } from './access/authenticate.ts';
import { createApi } from './api.ts';
import { type ProblemAnswer, problemOf } from './http/problem.ts';
import { requestIdOf } from './http/request-id.ts';
import { HttpServer } from './network/http-server.ts';
import type { NetworkLimits } from './network/network-limits.ts';
import { documentPages } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/document.ts';
import { serverChores } from './operation/chores.ts';
import { healthPages } from './operation/health.ts';
import { keepHouse } from './operation/housekeeping.ts';
import { metricsPage } from './operation/metrics.ts';
import { requireFitToServe } from './operation/start-refusals.ts';
import { openWatch, type Watch } from './operation/watch.ts';
import { ENDPOINTS } from './resources/endpoints.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';

/** What a server serves, where it listens and what it says. */
export interface ServeOptions extends Omit<ServicesOptions, 'onAdmitted' | 'onCallRefused'> {
  /** A name or an address of this machine. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** The web pages that may call the API, by their origins. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Default: `info`. */
  readonly logLevel?: LogLevel;
  /** Where the log goes, line by line. Default: stderr. */
  readonly logTo?: DestinationStream | undefined;
  /** How long clients may take. */
  readonly networkLimits?: NetworkLimits | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /**
   * Takes no new connections and no new requests, lets what runs come to its end, commits what waits, writes down when
   * tokens were used last. The database stays open.
   */
  drain(): Promise<void>;
}

/**
 * Serves the API over a migrated database, with `/healthz`, `/readyz`, `/metrics`, `/openapi.json` and `/docs`.
 *
 * @throws {MigrationsPendingError} the database is not migrated
 * @throws {DatabaseReadOnlyError} it was opened for reading only
 * @throws {DevelopmentCredentialsError} in production, it holds tokens that everybody knows
 * @throws {MasterKeyMissingError | WrongMasterKeyError} in production, it holds provider keys that could not be used
 * @throws {PortInUseError | PortNotPermittedError | HostUnusableError} it cannot listen there
 */
export async function serve(database: IronDatabase, options: ServeOptions): Promise<RunningServer> {
  const { environment, masterKey = readMasterKey(), host, port } = options;
  await requireFitToServe(database, { environment, masterKey });
  await using opened = new AsyncDisposableStack();
  const watch = opened.use(openWatch(database, options));
  const { log, metrics } = watch;
  const serving = opened.use(new AsyncDisposableStack());
  const services = serving.use(
    await openServices(database, {
      ...options,
      masterKey,
      onAdmitted: metrics.admitted,
      onCallRefused: metrics.tokenRefused,
    }),
  );
  serving.use(keepHouse(await serverChores(services), (name, error) => log.failed(`tidying up ${name}`, error)));
  const http = serving.use(createHttpServer(services, watch, options));
  const url = await http.listen({ host, port });
  log.says('listening', { url, version: watch.version, environment, pid: process.pid });
  const all = opened.move();
  const drain = async () => {
    log.says('draining');
    // On a full disk it cannot be written when tokens were used last, which nobody was promised.
    await serving.disposeAsync().catch((error: unknown) => log.failed('draining', causeOf(error)));
    log.says('ended');
    await all.disposeAsync();
  };
  let drained: Promise<void> | undefined;
  return { url, drain: async () => await (drained ??= drain()) };
}

/** Of several failures, the last. */
function causeOf(error: unknown): unknown {
  return error instanceof SuppressedError ? error.error : error;
}

function createHttpServer(services: Services, watch: Watch, options: ServeOptions): HttpServer {
  const { log, metrics, version, onAnswered } = watch;
  const api = createApi({
    services,
    authenticate: bearerAuthentication({ ...services, onRefused: metrics.tokenRefused }),
    onFailure: ({ error, requestId }) => log.failed('a request', error, { requestId }),
    onAnswered,
    corsOrigins: options.corsOrigins ?? [],
    pages: [
      ...healthPages({ database: services.database, isDraining: () => http.isClosing }),
      metricsPage(metrics),
      ...documentPages(openApiDocument(ENDPOINTS, version)),
    ],
  });
  const http = new HttpServer({
    fetch: (request, env) => api.fetch(request, env),
    refuse: (error, incoming) => refuse(error, incoming, { onAnswered, now: services.now() }),
    limits: options.networkLimits,
  });
  return http;
}

/** Of a request that does not get to the API: it could not be read, or comes too late. */
function refuse(
  error: Error,
  incoming: IncomingMessage | undefined,
  { onAnswered, now }: { readonly onAnswered: Watch['onAnswered']; readonly now: number },
): ProblemAnswer {
  const [given] = incoming?.headersDistinct['x-request-id'] ?? [];
  const requestId = requestIdOf(given, incoming?.headers.authorization);
  const answer = problemOf(error, { requestId, takesBody: false, now });
  const { status } = answer.problem;
  const method = incoming?.method ?? 'unknown';
  onAnswered({ requestId, method, route: null, status, milliseconds: 0, principal: undefined, error });
  return answer;
}
