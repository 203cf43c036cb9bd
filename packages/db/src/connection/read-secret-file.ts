import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { UnusableSecretFileError } from './password-errors.ts';

const FOR_GROUP_AND_OTHERS = 0o077;
/** Root may lend a file to the group of a service: who runs as that service cannot own it. */
const FOR_ALL_BUT_A_READING_GROUP = 0o037;
const MOST_BYTES = 1024 * 1024;

/**
 * The text of a small file.
 *
 * `private`: nobody but its owner may have access to it, or, if that is root, the group may read it; libpq asks the same
 * of keys. `mounted`: whoever made the container decides who is in it, and Docker and Kubernetes show secrets as links
 * to files that anyone may read.
 *
 * @throws {UnusableSecretFileError} it is missing, unreadable, no small file, or open to others
 */
export function readSecretFile(path: string, access: 'private' | 'mounted'): string {
  const descriptor = open(path);
  try {
    // Looks at the file that it reads, not at whatever has its name a moment later.
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MOST_BYTES) throw new UnusableSecretFileError(path, 'it is not a small file');
    const forbidden = stats.uid === 0 ? FOR_ALL_BUT_A_READING_GROUP : FOR_GROUP_AND_OTHERS;
    if (access === 'private' && (stats.mode & forbidden) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      const hint = `Run \`chmod 600 ${path}\`. If others could read it, change what it protects.`;
      throw new UnusableSecretFileError(path, `others than its owner have access to it (mode ${mode}, not 0600)`, hint);
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    // Without O_NONBLOCK a pipe would wait for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UnusableSecretFileError(path, 'it does not exist');
    if (code === 'EACCES' || code === 'EPERM') {
      throw new UnusableSecretFileError(path, 'its permissions forbid reading it');
    }
    throw new UnusableSecretFileError(path, `it cannot be opened (${String(code)})`);
  }
}
