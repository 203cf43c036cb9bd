import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The SHA-256 of a file, in hexadecimal. */
export async function checksumOf(file: string): Promise<string> {
  const checksum = createHash('sha256');
  await pipeline(createReadStream(file), checksum);
  return checksum.digest('hex');
}
