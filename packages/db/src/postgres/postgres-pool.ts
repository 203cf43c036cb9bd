import { setTimeout as pause } from 'node:timers/promises';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { SCHEMA } from './iron-schema.ts';
import { sessionOn } from './postgres-session.ts';

const GOODBYE_MS = 1_000;

/** The connections of one database. What is broken about one of them is told to whoever uses it, and to nobody else. */
export class PostgresPool extends Pool {
  readonly #open = new Set<PoolClient>();
  #closed: Promise<void> | undefined;

  constructor(options: PoolConfig) {
    super({
      ...options,
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
  }

  /** Whether as many connections are there as there may be, free or not. */
  get isFull(): boolean {
    return this.#open.size >= this.options.max;
  }

  /** Resolves when every connection is closed, also where the network has taken the goodbye. May be called again. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.end(); // which waits for those alone that are in use
    const until = performance.now() + GOODBYE_MS;
    while (this.#open.size > 0 && performance.now() < until) await pause(1);
    for (const client of this.#open) breakOff(client);
  }
}

/** Ends a connection without a goodbye, for which one that hangs would wait for ever. */
export function breakOff(client: PoolClient): void {
  client.connection.stream.destroy();
}
