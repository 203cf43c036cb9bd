import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { DrainingError, MalformedRequestError } from '../http/http-errors.ts';
import { answerProblem } from '../http/answer.ts';
import type { ProblemAnswer } from '../http/problem.ts';
import { isAmbiguous } from './ambiguous-request.ts';
import { closeGently } from './close-gently.ts';
import { connectionsThatFit } from './connections-that-fit.ts';
import { listen, type Place } from './listen.ts';
import { type NetworkLimits, USUAL_LIMITS } from './network-limits.ts';
import { RequestQueues } from './request-queues.ts';
import { dropSlowReaders } from './slow-readers.ts';
import { takeWhatWaits } from './take-what-waits.ts';
import { explainUnreadable, rawAnswer } from './unreadable-request.ts';

export interface HttpServerOptions {
  readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>;
  /** What is answered to a request that `fetch` does not get to see. */
  readonly refuse: (error: Error, request?: IncomingMessage) => ProblemAnswer;
  readonly limits?: NetworkLimits | undefined;
}

/** How often Node.js looks for clients that have taken too long. */
const LOOK_EVERY_MS = 1_000;

/** Speaks HTTP: hands requests to a function, and sees to it that no client takes for ever. */
export class HttpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: HttpServerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #requests = new RequestQueues((socket) => this.#onAnswered(socket));
  readonly #endSlowReaders: () => void;
  /** Requests that are being worked on, also for clients that are gone. */
  #working = 0;
  #onIdle: (() => void) | undefined;
  #isClosing = false;
  #isRefusing = false;
  /** To requests that came too late. */
  readonly #late = new WeakSet<ServerResponse>();
  #closed: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    const { limits = USUAL_LIMITS } = options;
    this.#options = options;
    this.#server = createServer({
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, limits.headersMs),
      requireHostHeader: false, // we answer that ourselves
    });
    this.#server.maxConnections = connectionsThatFit(limits.connections);
    this.#server.on('connection', (socket) => this.#watch(socket));
    const onRequest = this.#requestListener();
    this.#server.on('request', onRequest);
    this.#server.on('checkExpectation', onRequest); // what a client expects beside `100-continue` is no matter here
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#reject(error, socket));
    this.#server.on('connect', (_request, socket: Socket) => this.#reject(new MalformedRequestError(), socket)); // no proxy
    this.#endSlowReaders = dropSlowReaders(this.#requests.running, limits.answer);
  }

  /** Whether it takes no more requests. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** As {@link listen}. */
  async listen(place: Place): Promise<string> {
    return await listen(this.#server, place);
  }

  /**
   * Takes no more connections and no more requests, and closes those connections that wait for one. What had come
   * before, though nobody had looked at it yet, is answered. Resolves when all that was being worked on is done and sent.
   */
  async close(): Promise<void> {
    await (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    await takeWhatWaits(this.#server);
    this.#isRefusing = true;
    // Not as a server of HTTP closes: that one looks no more for clients that take too long.
    const closed = new Promise<void>((resolve) => void TcpServer.prototype.close.call(this.#server, () => resolve()));
    for (const socket of this.#sockets) if (!this.#requests.runningOver(socket)) socket.destroy();
    await closed;
    if (this.#working > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#server.close(); // now it need not look any more
    this.#endSlowReaders();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Whenever a body is read, Node.js reads on.
    socket.on('resume', () => {
      if (this.#requests.isFull(socket)) socket.pause();
    });
  }

  #requestListener(): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
    const { refuse } = this.#options;
    const handle = getRequestListener(
      async (request, { outgoing }) => {
        if (!(outgoing instanceof ServerResponse)) throw new TypeError('This is no answer of HTTP/1.1.');
        return await this.#answer(request, outgoing);
      },
      {
        autoCleanupIncoming: false, // it would read the rest of a body that is too large
        errorHandler: () => answerProblem(refuse(new MalformedRequestError())),
      },
    );
    return (incoming, outgoing) => {
      const isLate = this.#isRefusing;
      if (isLate && this.#requests.runningOver(incoming.socket)) return; // its connection ends with the answer before
      if (isLate) this.#late.add(outgoing);
      this.#requests.enter(outgoing, () => void handle(incoming, outgoing));
    };
  }

  async #answer(request: Request, outgoing: ServerResponse): Promise<Response> {
    const { fetch, refuse } = this.#options;
    const { req: incoming } = outgoing;
    if (this.#late.has(outgoing)) {
      outgoing.shouldKeepAlive = false;
      return answerProblem(refuse(new DrainingError(), incoming));
    }
    if (isAmbiguous(incoming)) {
      closeAfter(outgoing, incoming.socket);
      return answerProblem(refuse(new MalformedRequestError(), incoming));
    }
    this.#working += 1;
    try {
      return await fetch(request, { incoming, outgoing });
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#onIdle?.();
      if (!incoming.complete) closeAfter(outgoing, incoming.socket);
      else if (this.#endsAfter(outgoing)) outgoing.shouldKeepAlive = false;
    }
  }

  /** What comes over a connection after its last answer would be lost. */
  #endsAfter(outgoing: ServerResponse): boolean {
    return this.#requests.isLast(outgoing) && (this.#isClosing || this.#requests.isCutOff(outgoing));
  }

  #onAnswered(socket: Socket): void {
    if (this.#isRefusing) socket.destroySoon();
  }

  /** While an answer is coming, nothing is said of what comes after it: nobody would know which request was refused. */
  #reject(error: NodeJS.ErrnoException, socket: Socket): void {
    const running = this.#requests.runningOver(socket);
    const isAnswering = running !== undefined && (running.headersSent || running.req.complete);
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else if (!isAnswering) closeGently(socket, rawAnswer(this.#options.refuse(explainUnreadable(error))));
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') socket.destroy();
    else this.#requests.cutOff(socket);
  }
}

/** The rest of a request that is answered already is not read. */
function closeAfter(outgoing: ServerResponse, socket: Socket): void {
  outgoing.shouldKeepAlive = false;
  socket.destroySoon = () => closeGently(socket); // which Node.js calls when the answer is sent
}
