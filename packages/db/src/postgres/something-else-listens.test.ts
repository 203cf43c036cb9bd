import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { refusalOf } from '../lifecycle/refusal.fixture.ts';
import { openPostgres } from './notes.fixture.ts';

test.each([
  ['another program', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
  ['a server without room for one more process', 'Ecould not fork new process for connection\n\0'],
])('%s that answers where TLS is asked for is named, with its port', async (_, answer) => {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = listener.address() as AddressInfo;

  const refusal = await refusalOf(openPostgres(`postgres://iron:secret@127.0.0.1:${port}/iron?sslmode=require`));

  expect(refusal).toMatchObject({
    code: 'database.unreachable',
    message: `The PostgreSQL server postgres://iron@127.0.0.1:${port}/iron cannot be reached: what answers there is not a PostgreSQL server, or one that can take no connection at present.`,
  });
});
