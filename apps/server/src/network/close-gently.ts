import type { Socket } from 'node:net';

const LINGER_MS = 1_000;

/**
 * Says to the client that nothing more comes, and gives it a moment to read what has come, while nothing of what it
 * still sends is read. To close at once would reset the connection, and could take the answer away from the client.
 */
export function closeGently(socket: Socket, lastWords = ''): void {
  socket.end(lastWords);
  setImmediate(() => socket.pause()); // Node.js goes on reading the body of a request that was answered
  // A paused socket does not keep a process alive that waits for its end; this does.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
