import { type IronDatabase, type OpenOptions, seedDatabase } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { MasterKey, TokenStorage, UserStorage } from '@iron/tokens';
import { z } from 'zod';
import { type RunningServer, serve, type ServeOptions } from './serve.ts';

const logLine = z.record(z.string(), z.unknown());

/** A server that listens at a free port of this machine, over a database of the test's own. */
export interface TestServer extends AsyncDisposable {
  readonly database: IronDatabase;
  readonly url: string;
  readonly server: RunningServer;
  /** What the log says, line by line. */
  readonly log: () => Record<string, unknown>[];
  /** The log as it is. */
  readonly logText: () => string;
  readonly fetch: (path: string, init?: TestRequest) => Promise<Response>;
  /** The token of an administrator who may do everything. */
  readonly admin: string;
}

export interface TestRequest extends Omit<RequestInit, 'headers'> {
  /** The secret of a token. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const MASTER_KEY = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));

export interface TestServerOptions extends Partial<ServeOptions>, Pick<OpenOptions, 'giveUpAfterMs'> {
  /** Whether the development data are there. */
  readonly seeded?: boolean;
}

export async function openTestServer({
  seeded = false,
  giveUpAfterMs,
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  await using opened = new AsyncDisposableStack();
  const { database } = opened.use(await testDatabase({ shared: true, giveUpAfterMs }));
  if (seeded) await seedDatabase(database);
  const lines: string[] = [];
  const server = await serve(database, {
    environment: 'development',
    host: '127.0.0.1',
    port: 0,
    masterKey: MASTER_KEY,
    logTo: { write: (line) => void lines.push(line) },
    ...options,
  });
  opened.defer(async () => await server.drain());
  const users = await UserStorage.open(database);
  const tokens = await TokenStorage.open(database, { environment: 'development' });
  await users.createUser({ id: 'root', username: 'root', role: 'admin' });
  const { secret: admin } = await tokens.createToken({ userId: 'root', scopes: ['*'] });
  const all = opened.move();
  return {
    database,
    url: server.url,
    server,
    log: () => lines.map((line) => logLine.parse(JSON.parse(line))),
    logText: () => lines.join(''),
    fetch: async (at, { as, headers, ...init } = {}) =>
      await fetch(`${server.url}${at}`, {
        ...init,
        headers: { ...(as !== undefined && { authorization: `Bearer ${as}` }), ...headers },
      }),
    admin,
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}
