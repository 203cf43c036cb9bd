import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isReadable } from '../connection/file-access.ts';
import { NoBackupError, UnusableBackupError } from './backup-errors.ts';
import type { BackupPlace } from './backup-names.ts';
import { verifiedBackupsIn } from './backup-record.ts';

/**
 * The file that is to be restored.
 *
 * @param name what a person knows the database by
 * @param from the file, or `last` for the newest verified backup
 * @throws {NoBackupError} `last`, and there is none
 * @throws {UnusableBackupError} it is missing, no file, or cannot be read
 */
export function chooseBackup(name: string, place: BackupPlace, from: string): string {
  const file = from === 'last' ? newestOf(name, place) : resolve(from);
  if (!existsSync(file)) throw new UnusableBackupError(file, 'there is no such file');
  if (!statSync(file).isFile()) throw new UnusableBackupError(file, 'it is not a file');
  if (!isReadable(file)) throw new UnusableBackupError(file, 'it cannot be read', 'Check its permissions.');
  return file;
}

function newestOf(name: string, place: BackupPlace): string {
  const [newest] = verifiedBackupsIn(place);
  if (!newest) throw new NoBackupError(name, place.folder);
  return newest.path;
}
