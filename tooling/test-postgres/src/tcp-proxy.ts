import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { portOf } from './free-port.ts';

/** A way to a server that a test can break, until the end of the `await using` block. */
export interface TcpProxy extends AsyncDisposable {
  /** The server's, by way of the proxy. */
  readonly url: string;
  readonly port: number;
  /** How many connections there are. */
  readonly connections: number;
  /**
   * Keeps back what is sent, in both directions or only what the server answers, as a network does that loses all
   * packets: nobody is told. New connections are taken, and hang, too.
   */
  hang(what?: 'all' | 'answers'): void;
  /** Sends on what was kept back, and all that follows. */
  resume(): void;
  /** Cuts all connections; what was kept back is lost. New ones are taken. */
  cut(): void;
  /** Cuts all connections on this side alone: the server is not told, and waits for what comes next. New ones are taken. */
  desert(): void;
  /** Takes no new connection (ECONNREFUSED); those that there are stay. */
  refuse(): Promise<void>;
  /** Takes new connections again, on the same port. */
  accept(): Promise<void>;
}

interface Way {
  readonly client: Socket;
  readonly server: Socket;
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param url of the server behind it
 */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const target = new URL(url);
  const ways = new Set<Way>();
  const deserted = new Set<Socket>();
  let hangs: 'all' | 'answers' | undefined;

  const pauseOrResume = ({ client, server }: Way) => {
    if (hangs === 'all') client.pause();
    else client.resume();
    if (hangs === undefined) server.resume();
    else server.pause();
  };
  const listener = createServer((client) => {
    const way = { client, server: connect(Number(target.port), target.hostname) };
    ways.add(way);
    carry(way.client, way.server);
    carry(way.server, way.client);
    for (const socket of [way.client, way.server]) socket.on('close', () => ways.delete(way));
    pauseOrResume(way);
  });
  const accept = async (port: number) => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
  };
  const cut = () => {
    for (const { client, server } of ways) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  };
  const setHanging = (what: typeof hangs) => {
    hangs = what;
    for (const way of ways) pauseOrResume(way);
  };
  await accept(0);
  const port = portOf(listener);
  return {
    url: atPort(url, port),
    port,
    get connections() {
      return ways.size;
    },
    hang: (what = 'all') => setHanging(what),
    resume: () => setHanging(undefined),
    cut,
    desert: () => desert(ways, deserted),
    async refuse() {
      // Its own answer comes when the last connection has ended; the port is closed at once.
      listener.close();
      await nextTurn();
    },
    accept: () => accept(port),
    async [Symbol.asyncDispose]() {
      listener.close();
      cut();
      for (const server of deserted) server.destroy();
    },
  };
}

function desert(ways: Iterable<Way>, deserted: Set<Socket>): void {
  for (const { client, server } of ways) {
    deserted.add(server);
    client.resetAndDestroy();
  }
}

function atPort(url: string, port: number): string {
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${port}`;
  return proxied.href;
}

function carry(from: Socket, to: Socket): void {
  from.on('data', (bytes) => to.write(bytes));
  from.on('end', () => to.end());
  from.on('error', () => to.resetAndDestroy());
}
