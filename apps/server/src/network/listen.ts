import type { Server } from 'node:http';
import { HostUnusableError, PortInUseError, PortNotPermittedError } from './listen-errors.ts';
import { MOST_WAITING } from './take-what-waits.ts';

/** A place to listen: a name or an address, and a port, 0 being any that is free. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * @returns the address, as a URL
 * @throws {PortInUseError | PortNotPermittedError | HostUnusableError}
 */
export async function listen(server: Server, { host, port }: Place): Promise<string> {
  if (host === '') throw new HostUnusableError(host); // Node.js would listen everywhere
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, { host, port })));
    server.listen({ port, host, backlog: MOST_WAITING }, resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

function explain(error: NodeJS.ErrnoException, { host, port }: Place): Error {
  switch (error.code ?? '') {
    case 'EADDRINUSE':
      return new PortInUseError(host, port);
    case 'EACCES':
    case 'EPERM':
      return new PortNotPermittedError(host, port);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return new HostUnusableError(host, error);
    default:
      return error;
  }
}
