import { Worker } from 'node:worker_threads';
import { DatabaseIoError } from '../connection/connection-errors.ts';
import type { FileCheck } from './check-file.ts';

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './check-file-worker.ts' : './check-file-worker.js',
  import.meta.url,
);

/**
 * Checks a database file in a thread of its own: a large one takes many seconds, and a server must go on answering.
 *
 * @throws {DatabaseIoError} the file could not be read to its end
 */
export async function checkFileInWorker(path: string): Promise<FileCheck> {
  const worker = new Worker(WORKER, { workerData: path });
  const { promise, resolve, reject } = Promise.withResolvers<FileCheck>();
  worker.once('message', resolve);
  worker.once('error', (error) =>
    reject(new DatabaseIoError(path, error instanceof Error ? error : new Error(String(error)))),
  );
  worker.once('exit', () => reject(new DatabaseIoError(path, new Error('the check ended without an answer'))));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}
