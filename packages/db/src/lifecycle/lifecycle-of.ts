import type { SqliteLocation } from '../connection/database-url.ts';
import type { DatabaseLifecycle } from './database-lifecycle.ts';
import { fileLifecycle } from './file-lifecycle.ts';

/** Where a database is that outlives its process. Whether the mode of a file allows what is asked is the caller's matter. */
export type LastingLocation = Omit<Extract<SqliteLocation, { kind: 'file' }>, 'mode'>;

/** Everything in the life of the database at `location`. */
export function lifecycleOf(location: LastingLocation): DatabaseLifecycle {
  return fileLifecycle(location.path);
}
