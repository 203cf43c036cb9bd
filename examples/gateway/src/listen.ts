import { once } from 'node:events';
import type { Server } from 'node:http';

/** Where the server can be reached once it listens; port 0 is any that is free. */
export async function listen(server: Server, port = 0): Promise<string> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A server on a port has an address.');
  return `http://${address.address}:${address.port}`;
}
