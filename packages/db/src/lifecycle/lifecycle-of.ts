import type { DatabaseLocation } from '../connection/database-url.ts';
import type { BackupFolderOption } from '../postgres/backup/postgres-backup-place.ts';
import { serverLifecycle } from '../postgres/lifecycle/server-lifecycle.ts';
import type { DatabaseLifecycle } from './database-lifecycle.ts';
import { fileLifecycle } from './file-lifecycle.ts';

/** A database that outlives the process. Whether the mode of a file allows what is asked is the caller's matter. */
type LastingLocation = Exclude<DatabaseLocation, { readonly kind: 'memory' }>;

/**
 * Everything in the life of the database at `location`: `lifecycleOf(location).reset(…)`. Of one of a server `folder` says
 * where `backups/` is, or is made; the backups of a file are beside it.
 */
export function lifecycleOf(location: LastingLocation, { folder }: BackupFolderOption = {}): DatabaseLifecycle {
  return location.kind === 'file' ? fileLifecycle(location.path) : serverLifecycle(location, { folder });
}
