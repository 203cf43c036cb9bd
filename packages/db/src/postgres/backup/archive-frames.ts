/** What a frame of an archive holds: the header, the beginning of a table, rows as COPY writes them, and the end. */
export type FrameKind = 'header' | 'table' | 'rows' | 'end';

/** A part of an archive. */
export interface Frame {
  readonly kind: FrameKind;
  readonly content: Buffer;
}

/** An archive is not one of Iron's, or not whole. Its message is the end of a sentence that begins with the file. */
export class ArchiveError extends Error {}

const MARKS: Readonly<Record<FrameKind, number>> = { header: 0x48, table: 0x54, rows: 0x52, end: 0x45 };
const KINDS = new Map<number, FrameKind>([
  [0x48, 'header'],
  [0x54, 'table'],
  [0x52, 'rows'],
  [0x45, 'end'],
]);
const PREFIX_BYTES = 5;
/** A few bytes of a compressed file may become any number of them: so many of a kind are kept in memory, and no more. */
const MOST_BYTES: Readonly<Record<FrameKind, number>> = {
  header: 8 * 2 ** 20, // JSON, which becomes many times as much when it is read
  table: 1_024,
  rows: 64 * 2 ** 20,
  end: 0,
};

/** A frame as it is written: one byte for its kind, four for the length, and the content. */
export function writeFrame(kind: FrameKind, content: Buffer | string = ''): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length);
  frame.writeUInt8(MARKS[kind], 0);
  frame.writeUInt32BE(bytes.length, 1);
  bytes.copy(frame, PREFIX_BYTES);
  return frame;
}

/**
 * The frames of an archive, one after the other; the last one is its end. No more is kept in memory than one of them.
 *
 * @throws {ArchiveError} it is cut short, goes on after its end, or holds something else
 */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, undefined> {
  let pieces: Buffer[] = [];
  let missing = PREFIX_BYTES;
  let hasEnded = false;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    missing -= chunk.length;
    if (missing > 0) continue;
    let rest = Buffer.concat(pieces);
    for (let length = lengthOf(rest); length !== undefined && rest.length >= length; length = lengthOf(rest)) {
      if (hasEnded) throw new ArchiveError('it goes on after its end');
      const kind = kindOf(rest);
      yield { kind, content: rest.subarray(PREFIX_BYTES, length) };
      rest = rest.subarray(length);
      hasEnded = kind === 'end';
    }
    pieces = rest.length === 0 ? [] : [rest];
    missing = (lengthOf(rest) ?? PREFIX_BYTES) - rest.length;
  }
  if (pieces.length > 0 || !hasEnded) throw new ArchiveError('it is cut short');
}

function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < PREFIX_BYTES) return undefined;
  const length = bytes.readUInt32BE(1);
  if (length > MOST_BYTES[kindOf(bytes)]) throw new ArchiveError('it is damaged');
  return PREFIX_BYTES + length;
}

function kindOf(bytes: Buffer): FrameKind {
  const kind = KINDS.get(bytes.readUInt8(0));
  if (kind === undefined) throw new ArchiveError('it is damaged');
  return kind;
}
