import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import {
  keepStatements,
  type Message,
  overlookStatements,
  type Prepared,
  type StatementKeeper,
} from './prepared-statements.fixture.ts';

/** Which of the free connections the pooler lends next: the one that came back last, or the one that has waited longest. */
export type Lends = 'newest' | 'oldest';

/** A connection to the server, and the client that has it for a transaction. */
interface Backend {
  readonly socket: Duplex;
  client: PooledClient | undefined;
  /** Answers that are still to come for a client that is gone. */
  owed: number;
  readonly split: (chunk: Buffer) => Message[];
  readonly statements: StatementKeeper;
}

interface PooledClient {
  readonly socket: Socket;
  backend: Backend | undefined;
  /** What it has asked for and not been answered. */
  asked: number;
  waiting: Message[];
  readonly prepared: Prepared;
}

/**
 * Stands before a server as PgBouncer does in transaction mode: with `connections` to the server, each of which is lent to
 * a client for one transaction. With `session` it is lent until the client goes. It asks for no password. With `keepsStatements`
 * each client finds what it has prepared, on whichever connection.
 *
 * @returns the URL by which the database is reached through it
 */
export async function transactionPooler(
  url: string,
  {
    connections = 2,
    lends = 'newest',
    session = false,
    keepsStatements = false,
  }: { connections?: number; lends?: Lends; session?: boolean; keepsStatements?: boolean } = {},
): Promise<string> {
  const free = await Promise.all(
    Array.from({ length: connections }, () =>
      connectBackend(url, keepsStatements ? keepStatements() : overlookStatements()),
    ),
  );
  const all = [...free];
  const queue: PooledClient[] = [];

  const send = ({ socket, statements }: Backend, { prepared }: PooledClient, asked: Message) =>
    socket.write(statements.translate(asked, prepared));
  const lend = (client: PooledClient) => {
    const backend = lends === 'newest' ? free.pop() : free.shift();
    if (!backend) return void queue.push(client);
    client.backend = backend;
    backend.client = client;
    for (const asked of client.waiting.splice(0)) send(backend, client, asked);
  };
  const takeBack = (backend: Backend) => {
    if (backend.client) backend.client.backend = undefined;
    backend.client = undefined;
    free.push(backend);
    const next = queue.shift();
    if (next) lend(next);
  };
  for (const backend of all) {
    backend.socket.on('data', (chunk: Buffer) => {
      for (const answer of backend.split(chunk)) {
        const { client } = backend;
        const { type, bytes } = answer;
        if (backend.statements.isForClient(answer)) client?.socket.write(bytes);
        if (type !== 'Z') continue;
        if (!client) {
          backend.owed -= 1;
          if (backend.owed === 0) takeBack(backend);
          continue;
        }
        client.asked -= 1;
        if (bytes.at(-1) === 'I'.charCodeAt(0) && client.asked === 0 && !session) takeBack(backend);
      }
    });
  }
  const serve = (socket: Socket) => {
    const client: PooledClient = { socket, backend: undefined, asked: 0, waiting: [], prepared: new Map() };
    const split = splitMessages();
    let isGreeted = false;
    socket
      .on('error', () => {})
      .on('data', (chunk: Buffer) => {
        if (!isGreeted) {
          isGreeted = true;
          socket.write(GREETING);
          return;
        }
        for (const asked of split(chunk)) {
          const { type } = asked;
          if (type === 'X') return void socket.end();
          if (type === 'Q' || type === 'S') client.asked += 1;
          if (client.backend) send(client.backend, client, asked);
          else {
            client.waiting.push(asked);
            if (client.waiting.length === 1) lend(client);
          }
        }
      });
    socket.on('close', () => {
      if (queue.includes(client)) queue.splice(queue.indexOf(client), 1);
      const { backend } = client;
      if (!backend) return;
      backend.client = undefined; // what is left of a transaction is rolled back
      backend.owed = client.asked + 1;
      send(backend, client, { type: 'Q', bytes: ROLLBACK });
    });
  };
  const listener = createServer({ noDelay: true }, serve).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.close();
    for (const { socket } of all) socket.destroy();
  });
  const address = listener.address();
  const pooled = new URL(url);
  pooled.port = String(typeof address === 'object' ? address?.port : '');
  return pooled.href;
}

/** The driver logs in; from then on its socket is spoken to as such. */
async function connectBackend(url: string, statements: StatementKeeper): Promise<Backend> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const socket = client.connection.stream;
  socket.removeAllListeners('data');
  return { socket, client: undefined, owed: 0, split: splitMessages(), statements };
}

/** Messages are a letter, the length of the rest in four bytes, and the rest. */
function splitMessages(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    while (rest.length >= 5 && rest.length >= 1 + rest.readUInt32BE(1)) {
      const length = 1 + rest.readUInt32BE(1);
      messages.push({ type: rest.toString('latin1', 0, 1), bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
    }
    return messages;
  };
}

function message(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, content]);
}

/** Come in without a password; this is your key, which is no process of the server's; ask. */
const GREETING = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('K', Buffer.from([0, 0, 0, 42, 0, 0, 0, 42])),
  message('Z', Buffer.from('I')),
]);

const ROLLBACK = message('Q', Buffer.from('ROLLBACK\0'));
