import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { CorruptDatabaseError } from './connection-errors.ts';

/**
 * Refuses to open a database file that is missing or empty while its write-ahead log or its rollback journal still
 * holds something: SQLite would delete it, and with it the last that is left of the rows.
 *
 * @throws {CorruptDatabaseError} the log is all there is
 */
export function refuseOrphanedLog(path: string): void {
  // The log first: who makes a new database gives it its header before its log, so nobody's is mistaken for a leftover.
  for (const log of [`${path}-wal`, `${path}-journal`]) {
    const bytes = sizeOf(log);
    if (bytes === 0 || sizeOf(path) > 0 || isOfEmptyDatabase(log)) continue;
    throw new CorruptDatabaseError(path, `nothing is left of it but the ${bytes} bytes of its log, ${log}`);
  }
}

/** Where a journal says how many pages the database had: 4 bytes at offset 16 (sqlite.org/fileformat2.html). */
const INITIAL_PAGES_OFFSET = 16;

/**
 * Whether a journal leads back to a database of no pages. Such a one is written before the first page: somebody is
 * just making the database, or was killed doing so.
 */
function isOfEmptyDatabase(log: string): boolean {
  if (!log.endsWith('-journal')) return false;
  const header = Buffer.alloc(INITIAL_PAGES_OFFSET + 4);
  try {
    const descriptor = openSync(log, 'r');
    try {
      return readSync(descriptor, header) === header.length && header.readUInt32BE(INITIAL_PAGES_OFFSET) === 0;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return statSync(log, { throwIfNoEntry: false }) === undefined; // gone since: it was somebody's at work
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
