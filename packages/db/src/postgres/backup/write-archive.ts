import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import type { OnProgress } from '../../progress.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { qualified } from '../iron-schema.ts';
import type { LifecycleConnection } from '../maintenance/lifecycle-connection.ts';
import { writeFrame } from './archive-frames.ts';
import type { ArchiveHeader, TableContent } from './archive-header.ts';

/**
 * Writes the new file `target`: the header, and the rows of each of its tables as COPY gives them, compressed. Of the rows
 * no more is in memory than is on its way. The connection is in the transaction that the header was read in.
 *
 * @returns the file's SHA-256, in hexadecimal
 */
export async function writeArchive(
  { client }: LifecycleConnection,
  header: ArchiveHeader,
  target: string,
  onProgress?: OnProgress,
): Promise<string> {
  const checksum = createHash('sha256');
  await pipeline(
    Readable.from(archiveOf(client, header, onProgress), { objectMode: false }),
    // Told by its own sums that it is whole, also where nothing else says so.
    createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        checksum.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
  );
  return checksum.digest('hex');
}

type CopyingClient = LifecycleConnection['client'];

async function* archiveOf(
  client: CopyingClient,
  header: ArchiveHeader,
  onProgress?: OnProgress,
): AsyncGenerator<Buffer, void, undefined> {
  yield writeFrame('header', JSON.stringify(header));
  const total = header.tables.length;
  for (const [done, table] of header.tables.entries()) {
    onProgress?.({ step: 'backup', done, total });
    yield writeFrame('table', table.name);
    yield* rowsOf(client, table);
  }
  yield writeFrame('end');
  onProgress?.({ step: 'backup', done: total, total });
}

async function* rowsOf(
  client: CopyingClient,
  { name, columns }: TableContent,
): AsyncGenerator<Buffer, void, undefined> {
  if (columns.length === 0) return;
  const from = `${qualified(name)} (${columns.map(quoteName).join(', ')})`;
  const rows = client.query(copyTo(`COPY ${from} TO STDOUT`));
  let hasFailed = false;
  rows.once('error', () => (hasFailed = true));
  const chunks: AsyncIterable<Buffer> = rows.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) yield writeFrame('rows', chunk);
  } finally {
    // The server answers nothing else, not even a rollback, before all of a COPY has been taken.
    if (!hasFailed && !rows.readableEnded) await finished(rows.resume());
  }
}
