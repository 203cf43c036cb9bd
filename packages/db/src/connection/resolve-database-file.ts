import { lstatSync, realpathSync, statSync, statfsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FolderMissingError, UnusableDatabaseFileError } from './connection-errors.ts';

/** `f_type` of the file systems on which SQLite's locks and shared memory do not work (statfs(2)). */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
]);

/**
 * The absolute, real path of the database file that `path` names, existing or not: symbolic links are followed,
 * because SQLite keeps its journal beside the real file.
 *
 * @throws {FolderMissingError} the folder that should hold it does not exist
 * @throws {UnusableDatabaseFileError} it is a folder, a device, one of several hard links, on a network file
 *   system, or has a name that SQLite's driver would change
 */
export function resolveDatabaseFile(path: string): string {
  refuseUnusableName(path);
  const real = realPathOf(resolve(path));
  refuseUnusableName(real); // a link's own name tells nothing of the file's
  refuseLongName(real);
  const stats = statSync(real, { throwIfNoEntry: false });
  if (stats?.isDirectory()) throw unusable(real, 'it is a folder', 'Name a file in it.');
  if (stats && !stats.isFile()) throw unusable(real, 'it is not a regular file', 'Name an ordinary file.');
  if (stats && stats.nlink > 1) {
    throw unusable(
      real,
      `it has ${stats.nlink} hard links`,
      'SQLite corrupts a database that is opened under two names. Remove the other link, or copy the file.',
    );
  }
  const fileSystem = NETWORK_FILE_SYSTEMS.get(statfsSync(dirname(real)).type);
  if (fileSystem) {
    throw unusable(real, `it is on a network file system (${fileSystem})`, 'Keep the database on a local disk.');
  }
  return real;
}

function refuseUnusableName(path: string): void {
  if (path === '') throw unusable("''", 'the name is empty', 'Name a file.');
  if (path.includes('\0')) throw unusable(JSON.stringify(path), 'the name has a NUL character', 'Name another file.');
  if (path !== path.trimEnd()) {
    throw unusable(`'${path}'`, 'its name ends in white space', "SQLite's driver would cut that off. Rename the file.");
  }
}

/** `_damaged_YYYYMMDD_HHMMSS_999.db-journal` is the longest of what Iron and SQLite add to a name. */
const LONGEST_ADDITION = 40;
const MAX_NAME_BYTES = 255 - LONGEST_ADDITION;

/** SQLite opens no longer one, and wants room for `-journal` in it. */
const MAX_PATH_BYTES = 512 - '-journal'.length;

/** Refuses a name beside which there would be no room for the names of the log, the lock, the backups. */
function refuseLongName(path: string): void {
  const hint = 'Choose a shorter name, or a folder nearer to the root.';
  const nameBytes = Buffer.byteLength(basename(path));
  if (nameBytes > MAX_NAME_BYTES) {
    throw unusable(path, `its name has ${nameBytes} bytes, and Iron takes at most ${MAX_NAME_BYTES}`, hint);
  }
  const built = join(dirname(path), `.${basename(path)}.building-XXXXXX`, basename(path));
  const tooMany = Buffer.byteLength(built) - MAX_PATH_BYTES;
  if (tooMany > 0) throw unusable(path, `its path is ${tooMany} bytes too long for SQLite`, hint);
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (hasCode(error, 'ENAMETOOLONG')) throw unusable(path, 'the name is too long', 'Choose a shorter name.', error);
    if (!isMissing(error)) throw unusable(path, reasonOf(error), 'Check the path and its permissions.', error);
  }
  // Only a link: a file that is there now was made by somebody else since.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw unusable(path, 'it is a symbolic link to a file that does not exist', 'Remove the link, or mend it.');
  }
  return join(realFolderOf(path), basename(path));
}

function realFolderOf(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch (error) {
    if (isMissing(error)) throw new FolderMissingError(dirname(path));
    throw unusable(path, reasonOf(error), 'Check the path and its permissions.', error);
  }
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unusable(path: string, why: string, hint: string, cause?: unknown): UnusableDatabaseFileError {
  return new UnusableDatabaseFileError(`${path} cannot be a database: ${why}.`, { hint, details: { path }, cause });
}
