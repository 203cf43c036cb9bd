import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that sends bytes as it likes. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  send(text: string): void;
  /** What has come so far. */
  received(): string;
  /** All that came, once the server has ended the connection. */
  readonly ended: Promise<string>;
}

export async function connectRaw(url: string): Promise<RawClient> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  socket.on('error', () => undefined); // a reset is an end, too
  await once(socket, 'connect');
  return {
    socket,
    send: (more) => void socket.write(more),
    received: () => text,
    ended: Promise.race([once(socket, 'end'), once(socket, 'close')]).then(() => text),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** An answer whose body is JSON, taken apart. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: unknown;
}

export function readAnswer(text: string): RawAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: (.*)/);
      return [name, value];
    }),
  );
  const problem: unknown = JSON.parse(body);
  return { status: Number(start.split(' ')[1]), headers, problem };
}
