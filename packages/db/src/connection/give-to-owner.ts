import { lchownSync, statSync } from 'node:fs';

/**
 * Gives a file or folder that Iron made beside a database to the database's owner, as SQLite does with its journal: a
 * command that an administrator runs must not lock out the user whose database it is. Never what a link points to, which may be anybody's.
 */
export function giveToOwnerOf(database: string, made: string): void {
  const owner = statSync(database, { throwIfNoEntry: false });
  if (process.geteuid?.() === 0 && owner) lchownSync(made, owner.uid, owner.gid);
}
