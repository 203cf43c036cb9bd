import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many requests may wait over one connection. What comes after them is not taken, and the connection closed. */
const MOST_WAITING = 100;

interface Entry {
  readonly outgoing: ServerResponse;
  readonly begin: () => void;
}

interface Queue {
  running: ServerResponse;
  waiting: readonly Entry[];
  /** What comes after those that wait is not taken, and the connection closed. */
  isCutOff: boolean;
}

/**
 * The requests of each connection, each begun when the one before it is answered. A client that does not wait for its
 * answers would otherwise have as much worked on at a time as it can send, and keep all others waiting.
 */
export class RequestQueues {
  /** The answers that are not wholly sent yet: of each connection, one. */
  readonly running = new Set<ServerResponse>();
  readonly #queues = new Map<Socket, Queue>();
  readonly #onIdle: (socket: Socket) => void;

  /** @param onIdle is told when all is answered over a connection */
  constructor(onIdle: (socket: Socket) => void) {
    this.#onIdle = onIdle;
  }

  /** Begins when all that came before over its connection is answered; not at all, if the connection ends before. */
  enter(outgoing: ServerResponse, begin: () => void): void {
    const { socket } = outgoing.req;
    const queue = this.#queues.get(socket);
    if (!queue) {
      this.#begin({ outgoing, begin }, { running: outgoing, waiting: [], isCutOff: false });
      return;
    }
    socket.pause();
    if (queue.waiting.length < MOST_WAITING) queue.waiting = [...queue.waiting, { outgoing, begin }];
    else queue.isCutOff = true;
  }

  /** Whether nothing more is to be read from a connection now. */
  isFull(socket: Socket): boolean {
    const queue = this.#queues.get(socket);
    return queue !== undefined && (queue.isCutOff || queue.waiting.length > 0);
  }

  /** Takes nothing that is not there as a whole already, and closes the connection when that is answered. */
  cutOff(socket: Socket): void {
    const queue = this.#queues.get(socket);
    if (!queue) return;
    socket.pause();
    queue.isCutOff = true;
    queue.waiting = queue.waiting.filter(({ outgoing }) => outgoing.req.complete);
  }

  /** What is being answered over a connection. */
  runningOver(socket: Socket): ServerResponse | undefined {
    return this.#queues.get(socket)?.running;
  }

  /** Whether nobody waits for an answer over this connection after the one that is being made. */
  isLast({ req }: ServerResponse): boolean {
    return this.#queues.get(req.socket)?.waiting.length === 0;
  }

  /** Whether there is something that is not taken after all that waits. */
  isCutOff({ req }: ServerResponse): boolean {
    return this.#queues.get(req.socket)?.isCutOff === true;
  }

  #begin({ outgoing, begin }: Entry, queue: Queue): void {
    const { socket } = outgoing.req;
    queue.running = outgoing;
    this.#queues.set(socket, queue);
    this.running.add(outgoing);
    outgoing.once('close', () => {
      this.running.delete(outgoing);
      if (queue.waiting.length === 0) this.#goOn(socket, queue);
      else setImmediate(() => this.#goOn(socket, queue)); // others get their turn
    });
    if (!this.isFull(socket) && socket.isPaused()) socket.resume();
    begin();
  }

  #goOn(socket: Socket, queue: Queue): void {
    const [next, ...waiting] = socket.writable ? queue.waiting : [];
    queue.waiting = waiting;
    if (next) {
      this.#begin(next, queue);
      return;
    }
    this.#queues.delete(socket);
    if (queue.isCutOff) socket.destroySoon();
    this.#onIdle(socket);
  }
}
