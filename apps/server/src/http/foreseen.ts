import { DatabaseBusyError, explainDatabaseError } from '@iron/db';
import { isIronError } from '@iron/errors';

/** As long as SQLite itself waits for a lock before it reads. */
const WAITED_MS = 5_000;

/** An error as Iron knows it, where it does: what SQLite says of a read has not been explained yet, as that of a write has. */
export function foreseen(error: Error, path: string): Error {
  if (isIronError(error)) return error;
  if ('code' in error && /^SQLITE_(?:BUSY|LOCKED)/.test(String(error.code))) {
    return new DatabaseBusyError(path, WAITED_MS);
  }
  const explained = explainDatabaseError(error, path);
  return explained instanceof Error ? explained : error;
}
