import { Client } from 'pg';

const CONNECT_MS = 30_000;

/** Connects, does the work and disconnects. */
export async function administer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // Without a listener a connection that the server ends would end the process; the work's own query says it, too.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
