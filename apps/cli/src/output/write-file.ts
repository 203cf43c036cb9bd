import { randomUUID } from 'node:crypto';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UnwritableFileError } from '../input/input-errors.ts';
import { interruptible } from '../input/interruptible.ts';
import type { Pieces } from './pour.ts';

/**
 * Writes a file that only its owner may read. It gets its name when it is whole and on disk: an error or Ctrl-C leaves
 * what was there before, and nothing else.
 *
 * @returns how many bytes it has
 * @throws {UnwritableFileError} it cannot be written
 * @throws {InterruptedError} Ctrl-C, or SIGTERM
 */
export async function writeFile(path: string, pieces: Pieces): Promise<number> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  return await interruptible(async (signal) => {
    try {
      const file = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(Readable.from(pieces), file, { signal });
      renameSync(unfinished, path);
      return file.bytesWritten;
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw isOfSystem(error) ? new UnwritableFileError(path, error) : error;
    }
  });
}

function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
