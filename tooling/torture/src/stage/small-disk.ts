import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { unmount } from './left-runs.ts';

/** A folder on a small disk of its own, which can be filled to the last byte. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  fill(): void;
  /** Makes room again. */
  empty(): void;
}

/** `undefined`: this user may not mount one. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => writeUntilFull(ballast),
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]: () => unmount(folder),
  };
}

/** First in large pieces, then in ever smaller ones. */
function writeUntilFull(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let bytes = 1_048_576; bytes >= 512; bytes /= 2) {
      while (wasWritten(file, Buffer.alloc(bytes)));
    }
  } finally {
    closeSync(file);
  }
}

function wasWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch {
    return false;
  }
}
