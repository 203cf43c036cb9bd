import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CopyMessage } from './copy-file-messages.ts';

const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './copy-file-program.ts' : './copy-file-program.js', import.meta.url),
);

/** A copy that a process of its own has made. Disposed of, it waits until that process is gone: it has the file open. */
export interface FileCopy extends AsyncDisposable {
  /** Reads both files again and says whether they are the same, byte by byte. */
  compare(): Promise<boolean>;
}

/**
 * Copies a file that nobody writes to into the new file `target`, to the disk, in a process of its own: closing the
 * source here would take away the locks that keep others from writing to it.
 *
 * @throws {Error} with the system's `code`, as `fs` would
 */
export async function copyFileElsewhere(
  source: string,
  target: string,
  onProgress?: (done: number, total: number) => void,
): Promise<FileCopy> {
  const descriptor = openSync(target, 'wx+', 0o600);
  let child: ChildProcess;
  try {
    child = fork(PROGRAM, [source], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', descriptor],
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: undefined }, // a debugger that this process waits for, a file that it loads
    });
  } finally {
    closeSync(descriptor);
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  try {
    await answerOf(child, 'copied', onProgress);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async compare() {
      const answer = answerOf(child, 'compared');
      child.send('compare');
      return (await answer).isSame;
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answerOf<Kind extends CopyMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
  onProgress?: (done: number, total: number) => void,
): Promise<Extract<CopyMessage, { kind: Kind }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<CopyMessage, { kind: Kind }>>();
  const isAnswer = (message: CopyMessage): message is Extract<CopyMessage, { kind: Kind }> => message.kind === kind;
  const hear = (message: CopyMessage) => {
    if (isAnswer(message)) resolve(message);
    else if (message.kind === 'progress') onProgress?.(message.done, message.total);
    else if (message.kind === 'failed') reject(Object.assign(new Error(message.message), { code: message.code }));
  };
  const fall = (cause: unknown) => reject(Object.assign(new Error('the copy broke off', { cause }), { code: 'EIO' }));
  child.on('message', hear).once('disconnect', fall).once('error', fall);
  try {
    return await promise;
  } finally {
    child.off('message', hear).off('disconnect', fall).off('error', fall);
  }
}
