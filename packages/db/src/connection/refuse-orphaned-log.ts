import { statSync } from 'node:fs';
import { CorruptDatabaseError } from './connection-errors.ts';

/**
 * Refuses to open a database file that is missing or empty while its write-ahead log or its rollback journal still
 * holds something: SQLite would delete it, and with it the last that is left of the rows.
 *
 * @throws {CorruptDatabaseError} the log is all there is
 */
export function refuseOrphanedLog(path: string): void {
  // The log first: a new database has its header before it has a log, so this order mistakes nobody's for a leftover.
  for (const log of [`${path}-wal`, `${path}-journal`]) {
    const bytes = sizeOf(log);
    if (bytes === 0 || sizeOf(path) > 0) continue;
    throw new CorruptDatabaseError(path, `nothing is left of it but the ${bytes} bytes of its log, ${log}`);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
