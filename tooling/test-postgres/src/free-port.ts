import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on. Another process may take it first: whoever uses it tries again. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The port that it listens on. */
export function portOf(listener: Server): number {
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('This is no listener on a port.');
  return address.port;
}
