import { DatabaseIoError, DatabaseNotWritableError } from '../../connection/connection-errors.ts';
import { explainDatabaseError } from '../../connection/sqlite-error.ts';

/**
 * What the file system says while a backup of a database of a server is made is about the folder that it is made in.
 * What the server says has been explained before, and comes back as it is.
 */
export function explainBackupError(error: unknown, folder: string): unknown {
  if (isVanished(error)) return new DatabaseIoError(folder, error);
  const reason = explainDatabaseError(error, folder);
  if (!(reason instanceof DatabaseNotWritableError)) return reason;
  const hint = 'Nothing was changed. Check the permissions of the folder, or run the command where you may write.';
  return new DatabaseNotWritableError(folder, error, hint);
}

/** Somebody moved or removed a folder or a file of which this had made sure. */
function isVanished(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
