import { lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnsafeTestFolderError } from './testkit-errors.ts';

/**
 * The folder below the system's folder for temporary files that holds all templates and test databases of this user:
 * an absolute, real path, made if it is missing. Everybody may write beside it, so one that somebody else put there,
 * or could change, is not used.
 *
 * @throws {UnsafeTestFolderError} what is there is not this user's own, private folder
 */
export function privateFolder(): string {
  const user = process.getuid?.();
  const folder = join(realpathSync(tmpdir()), user === undefined ? 'iron-testkit' : `iron-testkit-${user}`);
  if (!lstatSync(folder, { throwIfNoEntry: false })) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const flaw = findFlaw(lstatSync(folder), user);
  if (flaw !== undefined) throw new UnsafeTestFolderError(folder, flaw);
  return folder;
}

/** @param user undefined where files have no owner; folders for temporary files are each user's own there */
function findFlaw(stats: Stats, user: number | undefined): string | undefined {
  if (stats.isSymbolicLink()) return 'it is a symbolic link';
  if (!stats.isDirectory()) return 'it is not a folder';
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, not to user ${user}`;
  return (stats.mode & 0o077) === 0 ? undefined : 'other users may look into it';
}
