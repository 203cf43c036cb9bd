import type { ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 5_000;

/** How slowly an answer may be taken: `leastBytes` in `periodMs` milliseconds. */
export interface SlowestReader {
  readonly periodMs: number;
  readonly leastBytes: number;
}

interface Mark {
  readonly at: number;
  readonly taken: number;
  readonly pending: number;
}

/**
 * Drops the connections of clients that do not take their answers, or hardly: an answer that nobody takes keeps memory,
 * and what it is made of, for as long.
 *
 * @returns ends it
 */
export function dropSlowReaders(answers: ReadonlySet<ServerResponse>, slowest: SlowestReader): () => void {
  const marks = new WeakMap<ServerResponse, Mark>();
  const look = () => {
    for (const answer of answers) {
      const { socket } = answer;
      const pending = socket?.writableLength ?? 0;
      if (!socket || pending === 0) {
        marks.delete(answer); // the client has all that there is
        continue;
      }
      const now = { at: performance.now(), taken: socket.bytesWritten - pending, pending };
      const mark = marks.get(answer);
      if (!mark || now.taken - mark.taken >= slowest.leastBytes) marks.set(answer, now);
      else if (now.at - mark.at > longestFor(mark.pending, slowest)) socket.destroy();
    }
  };
  const timer = setInterval(look, Math.min(LOOK_EVERY_MS, slowest.periodMs)).unref();
  return () => clearInterval(timer);
}

/** Of bytes that were written at once, Node.js says that they are taken when all of them are. */
function longestFor(pending: number, { periodMs, leastBytes }: SlowestReader): number {
  return periodMs * Math.max(1, pending / leastBytes);
}
