import type { ServerResponse } from 'node:http';

const LOOK_EVERY_MS = 5_000;

/** How slowly an answer may be taken. */
export interface SlowReaderLimits {
  /** Who takes fewer bytes than `leastBytes` in so many milliseconds is dropped. */
  readonly periodMs: number;
  readonly leastBytes: number;
}

interface Look {
  readonly taken: number;
  readonly at: number;
}

/**
 * Drops the connections of clients that do not take their answers, or hardly: an answer that nobody takes keeps memory,
 * and one that is read from the database as it is sent keeps a snapshot of it.
 *
 * @returns ends it
 */
export function dropSlowReaders(answers: ReadonlySet<ServerResponse>, limits: SlowReaderLimits): () => void {
  const looks = new WeakMap<ServerResponse, Look>();
  const look = () => {
    const at = performance.now();
    for (const answer of answers) {
      const { socket } = answer;
      if (!socket || socket.writableLength === 0) {
        looks.delete(answer); // it has taken all that there is
        continue;
      }
      const taken = socket.bytesWritten - socket.writableLength;
      const last = looks.get(answer);
      if (!last || taken - last.taken >= limits.leastBytes) looks.set(answer, { taken, at });
      else if (at - last.at >= limits.periodMs) socket.destroy();
    }
  };
  const timer = setInterval(look, Math.min(LOOK_EVERY_MS, limits.periodMs)).unref();
  return () => clearInterval(timer);
}
