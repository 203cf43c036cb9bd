import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { IronDatabase } from '@iron/db';
import { bearerAuthentication } from './access/authenticate.ts';
import { createApi } from './api.ts';
import { openServices, type ServicesOptions } from './services.ts';

export interface ServeOptions extends ServicesOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Takes no new connections, lets what runs come to its end, commits what waits. The database stays open. */
  drain(): Promise<void>;
}

/** Serves the API over a migrated database. */
export async function serve(database: IronDatabase, options: ServeOptions): Promise<RunningServer> {
  const services = await openServices(database, options);
  const api = createApi({
    services,
    authenticate: bearerAuthentication({ verifier: services.verifier, onRefused: () => undefined }),
    onFailure: ({ error }) => process.stderr.write(`${String(error)}\n`),
  });
  const server = createAdaptorServer({ fetch: api.fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://${options.host}:${port}`,
    async drain() {
      await new Promise((resolve) => server.close(resolve));
      await services[Symbol.asyncDispose]();
    },
  };
}
