import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { MasterKey } from './master-key.ts';
import { InvalidMasterKeyError, MasterKeyMissingError } from './provider-key-errors.ts';

/** Anything that the group and others may do. */
const FOR_OTHERS = 0o077;
const MOST_BYTES = 1024;

/**
 * The master key that the environment gives: in `IRON_MASTER_KEY`, or in the file that `IRON_MASTER_KEY_FILE` names,
 * which only its owner may read (mode 0600).
 *
 * @returns `undefined` if neither variable is set
 * @throws {InvalidMasterKeyError} both are set, or what they give is no key, or others may read the file
 */
export function readMasterKey(variables: NodeJS.ProcessEnv = process.env): MasterKey | undefined {
  return readFrom('IRON_MASTER_KEY', variables);
}

/**
 * The present master key, as `readMasterKey` finds it, and the one that is to take its place: in the same way in
 * `IRON_NEW_MASTER_KEY` or `IRON_NEW_MASTER_KEY_FILE`.
 *
 * @throws {MasterKeyMissingError} there is none of one of them
 * @throws {InvalidMasterKeyError} one is none, or others may read its file, or both are the same
 */
export function requireMasterKeys(variables: NodeJS.ProcessEnv = process.env): Record<'from' | 'to', MasterKey> {
  const [from, to] = [requireIn('IRON_MASTER_KEY', variables), requireIn('IRON_NEW_MASTER_KEY', variables)];
  if (from.id === to.id) throw new InvalidMasterKeyError('IRON_NEW_MASTER_KEY', 'it is the one that is in use already');
  return { from, to };
}

function requireIn(variable: string, variables: NodeJS.ProcessEnv): MasterKey {
  const masterKey = readFrom(variable, variables);
  if (!masterKey) throw new MasterKeyMissingError(variable);
  return masterKey;
}

function readFrom(variable: string, variables: NodeJS.ProcessEnv): MasterKey | undefined {
  const { [variable]: text, [`${variable}_FILE`]: path } = variables;
  if (text !== undefined && path !== undefined) {
    const hint = 'Unset one of them; Iron does not guess which one counts.';
    throw new InvalidMasterKeyError(variable, `${variable}_FILE is set as well`, hint);
  }
  if (text !== undefined) return MasterKey.fromBase64(text, variable);
  if (path !== undefined) return MasterKey.fromBase64(readKeyFile(path), path);
  return undefined;
}

/** Looks at the file that it reads, not at whatever has its name a moment later. */
function readKeyFile(path: string): string {
  const descriptor = openKeyFile(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MOST_BYTES) throw new InvalidMasterKeyError(path, 'it is not a small file');
    if ((stats.mode & FOR_OTHERS) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      const hint = `Run \`chmod 600 ${path}\`. If others could read it, replace it with \`iron keys rotate-master-key\`.`;
      throw new InvalidMasterKeyError(path, `others than its owner have access to it (mode ${mode}, not 0600)`, hint);
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function openKeyFile(path: string): number {
  try {
    // Without O_NONBLOCK a pipe would wait for its writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : 'it cannot be opened';
    throw new InvalidMasterKeyError(path, problem);
  }
}
