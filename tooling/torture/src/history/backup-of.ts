import type { Operation } from './operation.ts';

/** What makes a backup, if only before it does something else. */
export const BACKUP_KINDS = ['backup.make', 'life.reset', 'life.restore', 'life.migrate'] as const;

/** The path of the backup that an operation was told it has made. */
export function backupOf({ answer }: Operation & { readonly kind: (typeof BACKUP_KINDS)[number] }): string | undefined {
  if (!answer) return undefined;
  return ('path' in answer ? answer.path : answer.backup) ?? undefined;
}
