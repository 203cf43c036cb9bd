import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { LIFECYCLE_APPLICATION } from '../connection/lifecycle-application.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { connectionOptions } from './connection-options.ts';

const KEEP_ALIVE_AFTER_MS = 10_000;
const GOODBYE_MS = 2_000;

/** A connection beside those of the pool, which is yet to be made. Whoever makes it ends it by {@link closeOwnClient}. */
export function ownClient(location: PostgresLocation): Client {
  const client = new Client({
    ...connectionOptions({ ...location, applicationName: LIFECYCLE_APPLICATION }),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  client.on('error', () => undefined); // or it would end the process; the statement under way says it, or the next one
  return client;
}

/** Ends a connection, also one that was never made. A COPY that was left half-way would not answer the goodbye. */
export async function closeOwnClient(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), pause(GOODBYE_MS, undefined, { ref: false })]);
  client.connection.stream.destroy(); // where the network has taken it
}
