import { constants, fstatSync, fsync, open, read, write } from 'node:fs';
import { promisify } from 'node:util';
import { type CopyMessage, TARGET_DESCRIPTOR } from './copy-file-messages.ts';

// Copies the file named on the command line to the descriptor that it was started with, and, when it is told to,
// compares the two byte by byte. A program of its own, because closing a descriptor of a database file takes away all
// locks that its process has on that file.

const BYTES_A_STEP = 4 * 2 ** 20;
const readAt = promisify(read);
const writeAt = promisify(write);

function tell(message: CopyMessage): void {
  process.send?.(message);
}

async function copy(source: number, totalBytes: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(BYTES_A_STEP);
  let done = 0;
  while (done < totalBytes) {
    const { bytesRead } = await readAt(source, buffer, 0, BYTES_A_STEP, done);
    if (bytesRead === 0) break;
    for (let written = 0; written < bytesRead;) {
      const { bytesWritten } = await writeAt(TARGET_DESCRIPTOR, buffer, written, bytesRead - written, done + written);
      written += bytesWritten;
    }
    done += bytesRead;
    tell({ kind: 'progress', done, total: totalBytes });
  }
  await promisify(fsync)(TARGET_DESCRIPTOR);
}

async function isSame(source: number, totalBytes: number): Promise<boolean> {
  if (fstatSync(TARGET_DESCRIPTOR).size !== totalBytes) return false;
  const [one, other] = [Buffer.allocUnsafe(BYTES_A_STEP), Buffer.allocUnsafe(BYTES_A_STEP)];
  for (let done = 0; done < totalBytes;) {
    const [{ bytesRead }, { bytesRead: otherRead }] = await Promise.all([
      readAt(source, one, 0, BYTES_A_STEP, done),
      readAt(TARGET_DESCRIPTOR, other, 0, BYTES_A_STEP, done),
    ]);
    if (bytesRead === 0 || bytesRead !== otherRead) return false;
    if (one.compare(other, 0, bytesRead, 0, bytesRead) !== 0) return false;
    done += bytesRead;
  }
  return true;
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    tell({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  }
}

process.once('disconnect', () => process.exit()); // whoever started this is gone; what was copied is of no use
await attempt(async () => {
  const source = await promisify(open)(process.argv[2] ?? '', constants.O_RDONLY);
  const totalBytes = fstatSync(source).size;
  process.once('message', () => {
    void attempt(async () => tell({ kind: 'compared', isSame: await isSame(source, totalBytes) }));
  });
  await copy(source, totalBytes);
  tell({ kind: 'copied' });
});
