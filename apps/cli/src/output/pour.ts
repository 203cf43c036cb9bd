import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TextStream } from '../context.ts';

/** What is too much to be held: text in pieces, made as they are taken. */
export type Pieces = AsyncIterable<string | Uint8Array>;

/** Writes pieces as fast as whoever reads takes them. A reader that has seen enough (`| head`) ends it. */
export async function pour(pieces: Pieces, stdout: TextStream): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), stdout, { end: false });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
