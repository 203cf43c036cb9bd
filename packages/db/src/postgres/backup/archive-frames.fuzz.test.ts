import { cases, FUZZ_TIMEOUT_MS } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArchiveError, type Frame, readFrames, writeFrame } from './archive-frames.ts';

const frame = fc.record({
  kind: fc.constantFrom('header', 'table', 'rows'),
  content: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});
const frames: fc.Arbitrary<Frame[]> = fc
  .array(frame, { maxLength: 6 })
  .map((all) => [...all, { kind: 'end' as const, content: Buffer.alloc(0) }]);

function bytesOf(all: readonly Frame[]): Buffer {
  return Buffer.concat(all.map(({ kind, content }) => writeFrame(kind, content)));
}

/** The bytes in pieces of so many, as they come from a file or a decompressor. */
async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size: number): Promise<Frame[] | 'refused'> {
  const found: Frame[] = [];
  try {
    for await (const { kind, content } of readFrames(piecesOf(bytes, size)))
      found.push({ kind, content: Buffer.from(content) });
    return found;
  } catch (error) {
    if (error instanceof ArchiveError) return 'refused';
    throw error;
  }
}

const size = fc.integer({ min: 1, max: 64 });

describe('any archive', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is read as it was written, in whatever pieces it comes', async () => {
    const property = fc.asyncProperty(frames, size, async (all, piece) => {
      expect(await read(bytesOf(all), piece)).toEqual(all);
    });
    await fc.assert(property, cases(1_000));
  });

  test('that is cut anywhere, or goes on after its end, is refused', async () => {
    const property = fc.asyncProperty(frames, size, fc.nat(), async (all, piece, cut) => {
      const bytes = bytesOf(all);
      expect(await read(bytes.subarray(0, cut % bytes.length), piece)).toBe('refused');
      expect(await read(Buffer.concat([bytes, bytes.subarray(0, (cut % bytes.length) + 1)]), piece)).toBe('refused');
    });
    await fc.assert(property, cases(1_000));
  });

  test('in which one byte is another is refused, or is not taken for the same', async () => {
    const property = fc.asyncProperty(
      frames,
      size,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (all, piece, place, mask) => {
        const bytes = bytesOf(all);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        expect(await read(bytes, piece)).not.toEqual(all);
      },
    );
    await fc.assert(property, cases(2_000));
  });

  test('of bytes that nobody wrote is refused', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), size, async (noise, piece) => {
      const bytes = Buffer.from(noise);
      const found = await read(bytes, piece);
      expect(found === 'refused' || bytesOf(found).equals(bytes)).toBe(true);
    });
    await fc.assert(property, cases(1_000));
  });

  test.each([
    ['header', 8 * 2 ** 20],
    ['table', 1_024],
    ['rows', 64 * 2 ** 20],
    ['end', 0],
  ] as const)(
    'in which a part, %s, says that it is longer than one can be is refused at its first bytes',
    async (kind, most) => {
      const prefix = writeFrame(kind);
      for (const length of [most + 1, 2 ** 32 - 1]) {
        prefix.writeUInt32BE(length, 1);
        let pieces = 0;
        const endless = async function* () {
          for (yield prefix; ; pieces += 1) yield Buffer.alloc(1);
        };
        await expect(readFrames(endless()).next()).rejects.toThrow(ArchiveError);
        expect(pieces).toBe(0);
      }
    },
  );

  test('with a frame of many megabytes is read as fast as its pieces come', async () => {
    const content = Buffer.alloc(32 * 2 ** 20);
    const whole: Frame[] = [
      { kind: 'rows', content },
      { kind: 'end', content: Buffer.alloc(0) },
    ];
    const found = await read(bytesOf(whole), 4_096);
    expect(found === 'refused' ? found : found.map((part) => [part.kind, part.content.length])).toEqual([
      ['rows', content.length],
      ['end', 0],
    ]);
  });
});
