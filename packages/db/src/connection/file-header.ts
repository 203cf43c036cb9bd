import { closeSync, openSync, readSync } from 'node:fs';
import { APPLICATION_ID, PRODUCTION_MARK } from './identity.ts';

/** Places in the first 100 bytes of a database file (sqlite.org/fileformat2.html#the_database_header). */
const WRITE_VERSION_OFFSET = 18;
const USER_VERSION_OFFSET = 60;
const APPLICATION_ID_OFFSET = 68;
const HEADER_BYTES = 100;

/** Reads by hand whether a file that SQLite cannot read was one of Iron's. Nobody has it open: a lock would be lost. */
export function hasIronHeader(path: string): boolean {
  return readHeader(path)?.readUInt32BE(APPLICATION_ID_OFFSET) === APPLICATION_ID;
}

/** Reads by hand whether a file that SQLite cannot read was one of production. Nobody has it open: as above. */
export function hasProductionHeader(path: string): boolean {
  return readHeader(path)?.readUInt32BE(USER_VERSION_OFFSET) === PRODUCTION_MARK;
}

/** Reads by hand whether a file is in WAL mode. Nobody has it open: a lock would be lost. */
export function isInWalMode(path: string): boolean {
  return readHeader(path)?.readUInt8(WRITE_VERSION_OFFSET) === 2;
}

/** Reads by hand whether a file is SQLite's. Nobody has it open: as above. */
export function isSqliteFile(path: string): boolean {
  return readHeader(path) !== undefined;
}

function readHeader(path: string): Buffer | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    const length = readSync(descriptor, header);
    return length === HEADER_BYTES && header.toString('latin1', 0, 15) === 'SQLite format 3' ? header : undefined;
  } finally {
    closeSync(descriptor);
  }
}
