import { Worker } from 'node:worker_threads';
import type { SqliteDatabase } from './sqlite-database.ts';

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './checkpoint-worker.ts' : './checkpoint-worker.js',
  import.meta.url,
);

/** In pages. What SQLite does by itself, and what is left for it to do where the thread does not come to its end. */
const USUAL_CHECKPOINT = 1_000;
const LATE_CHECKPOINT = 8_000;

/**
 * Copies the log of a database back into its file from a thread of its own, for servers under load. Otherwise SQLite
 * does so every thousand pages, inside a commit, and all that is waiting waits for it. What is committed is as durable
 * either way. The end of the scope ends the thread; the database stays open.
 */
export function startCheckpointThread({ connection, path }: SqliteDatabase): AsyncDisposable {
  if (connection.memory || connection.readonly) return { [Symbol.asyncDispose]: async () => undefined };
  const checkpointAt = (pages: number) => {
    if (connection.open) connection.pragma(`wal_autocheckpoint = ${pages}`);
  };
  const worker = new Worker(WORKER, { workerData: path });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', () => checkpointAt(USUAL_CHECKPOINT)); // then it is as if there had never been a thread
  worker.unref();
  checkpointAt(LATE_CHECKPOINT);
  return {
    async [Symbol.asyncDispose]() {
      worker.ref();
      worker.postMessage('end');
      await ended;
      checkpointAt(USUAL_CHECKPOINT);
    },
  };
}
