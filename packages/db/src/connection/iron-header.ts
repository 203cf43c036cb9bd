import { closeSync, openSync, readSync } from 'node:fs';
import { APPLICATION_ID } from './identity.ts';

/** Where SQLite keeps the application id: 4 bytes at offset 68 (sqlite.org/fileformat2.html#application_id). */
const APPLICATION_ID_OFFSET = 68;

/** Reads by hand whether a file that SQLite cannot read was one of Iron's. Nobody has it open: a lock would be lost. */
export function hasIronHeader(path: string): boolean {
  const header = Buffer.alloc(APPLICATION_ID_OFFSET + 4);
  const descriptor = openSync(path, 'r');
  try {
    if (readSync(descriptor, header) < header.length) return false;
  } finally {
    closeSync(descriptor);
  }
  return (
    header.toString('latin1', 0, 15) === 'SQLite format 3' &&
    header.readUInt32BE(APPLICATION_ID_OFFSET) === APPLICATION_ID
  );
}
