import { findInPassfile } from './find-in-passfile.ts';
import { PasswordMissingError, UnusableSecretFileError } from './password-errors.ts';
import type { PostgresLocation } from './postgres-location.ts';
import { readSecretFile } from './read-secret-file.ts';

/**
 * The password of a location, as it is now: a file is read each time.
 *
 * @throws {PasswordMissingError} nothing gives one
 * @throws {UnusableSecretFileError} the file that should give it is missing (except `~/.pgpass`), empty, or open to others
 */
export function findPassword(location: PostgresLocation): string {
  const { password } = location;
  switch (password.kind) {
    case 'text':
      return password.text.reveal();
    case 'file':
      return readPasswordFile(password.path);
    case 'passfile':
      return readList(location, password.path, password.from === 'home');
  }
}

/** Editors and `echo` end a file with a line break that is not of the password. */
function readPasswordFile(path: string): string {
  const text = readSecretFile(path, 'mounted').replace(/\r?\n$/, '');
  if (text === '')
    throw new UnusableSecretFileError(path, 'it is empty', 'Write the password into it, and nothing else.');
  if (/[\n\0]/.test(text)) {
    const hint = 'It has to hold the password and nothing else. Lists of passwords are for passfile= and PGPASSFILE.';
    throw new UnusableSecretFileError(path, 'it holds more than one line', hint);
  }
  return text;
}

function readList(location: PostgresLocation, path: string, isUsual: boolean): string {
  const wanted = { server: location.host, user: location.user };
  try {
    const found = findInPassfile(readSecretFile(path, 'private'), location);
    if (found !== undefined) return found;
  } catch (error) {
    const isNone = isUsual && error instanceof UnusableSecretFileError && error.isMissing;
    if (!isNone) throw error;
    throw new PasswordMissingError(wanted, `the URL has none, and ${path} does not exist`);
  }
  throw new PasswordMissingError(wanted, `no line of ${path} fits`);
}
