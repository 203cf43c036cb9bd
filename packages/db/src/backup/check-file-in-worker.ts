import { realpathSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { DatabaseIoError } from '../connection/connection-errors.ts';
import { checkFile, type FileCheck } from './check-file.ts';

const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './check-file-worker.ts' : './check-file-worker.js',
  import.meta.url,
);

/** Up to here a check, or a copy, is done before a thread or a process would have started. */
export const SMALL_BYTES = 4 * 2 ** 20;

/**
 * Checks a database file, a large one in a thread of its own: that takes many seconds, and a server must go on
 * answering.
 *
 * @throws {DatabaseIoError} the file could not be read to its end
 */
export async function checkFileInWorker(path: string): Promise<FileCheck> {
  if (statSync(path).size <= SMALL_BYTES || !hasWorkingFolder()) return checkFile(path);
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

/** Without one, because it was removed, Node starts no threads. */
function hasWorkingFolder(): boolean {
  try {
    realpathSync.native('.'); // process.cwd() remembers a folder that is gone
    return true;
  } catch {
    return false;
  }
}
