import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientConfig, Pool, type PoolClient, type PoolConfig } from 'pg';
import { SCHEMA } from './iron-schema.ts';
import { sessionOn } from './postgres-session.ts';

const GOODBYE_MS = 1_000;
/** How often it is seen to that one connection is there. */
const LOOK_AFTER_MS = 2_000;

/**
 * The connections of one database. What is broken about one of them is told to whoever uses it, and to nobody else.
 *
 * One stays for as long as the pool is open, and is made again after it has broken: by it the server's list of connections
 * shows that the database is in use. Those that are not in use keep no process alive.
 */
export class PostgresPool extends Pool {
  readonly #open = new Set<PoolClient>();
  readonly #lookingAfter: NodeJS.Timeout;
  #newest: Client | undefined;
  #returning: Client | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: PoolConfig) {
    super({
      ...options,
      min: 1,
      allowExitOnIdle: true,
      Client: clientTold((client) => {
        this.#newest = client;
      }),
      // What is set for the user or the database, and a schema of the user's own name, lead nowhere else.
      // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it; its types do not say so
      onConnect: async (client) => {
        const session = sessionOn(client, (error) => error, options.connectionTimeoutMillis);
        await session.query(`SET search_path = ${SCHEMA}`);
      },
    });
    this.on('error', () => undefined); // an idle connection broke; the next one that is needed is made anew
    this.on('connect', (client) => {
      this.#open.add(client);
      client.once('end', () => this.#open.delete(client));
    });
    this.#lookingAfter = setInterval(() => this.#keepOne(), LOOK_AFTER_MS).unref();
  }

  /** Whether as many connections are there as there may be, free or not. */
  get isFull(): boolean {
    return this.#open.size >= this.options.max;
  }

  /** Resolves when every connection is closed, also where the network has taken the goodbye. May be called again. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  #keepOne(): void {
    if (this.totalCount > 0) return; // also one that is still being made
    const connecting = this.connect();
    this.#returning = this.#newest;
    const settle = (client?: PoolClient) => {
      this.#returning = undefined;
      client?.release();
    };
    connecting.then(settle, () => settle()); // else the server is not there at present
  }

  async #close(): Promise<void> {
    clearInterval(this.#lookingAfter);
    if (this.#returning) breakOff(this.#returning); // nobody waits for it
    await this.end(); // which waits for those alone that are in use
    const until = performance.now() + GOODBYE_MS;
    while (this.#open.size > 0 && performance.now() < until) await pause(1);
    for (const client of this.#open) breakOff(client);
  }
}

/** Ends a connection without a goodbye, for which one that hangs would wait for ever. */
export function breakOff(client: Pick<Client, 'connection'>): void {
  client.connection.stream.destroy();
}

/** The pool itself tells of no connection before it is made. */
function clientTold(tell: (client: Client) => void): typeof Client {
  return class extends Client {
    constructor(config?: string | ClientConfig) {
      super(config);
      tell(this);
    }
  };
}
