import type { Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How many connections may wait to be taken; the system refuses more. */
export const MOST_WAITING = 511;

/** Node.js takes one connection in a turn of the event loop, and reads in the next one what has been sent over it. */
const TURNS = 3;

/**
 * Resolves when the connections that wait to be taken now are taken, and what had been sent over these and all others
 * is read: otherwise the system would reset them when the server closes, though their clients have done all they could.
 */
export async function takeWhatWaits(server: Server): Promise<void> {
  let taken = 0;
  let turns = 0;
  const onConnection = () => {
    taken += 1;
    if (taken <= MOST_WAITING) turns = 0; // those who come later would be waited for without an end
  };
  server.on('connection', onConnection);
  for (; turns < TURNS; turns += 1) await nextTurn();
  server.off('connection', onConnection);
}
