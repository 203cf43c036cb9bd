import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { InvalidDatabaseUrlError } from './invalid-database-url.ts';
import { isSocketFolder, SSL_MODES, type PostgresSsl, type SslMode } from './postgres-location.ts';
import type { PostgresParameters } from './postgres-parameters.ts';

const MODES = 'Write disable, require, verify-ca or verify-full.';

/**
 * How the server is to be spoken to. Where the URL does not say so: within this machine without TLS, elsewhere with it,
 * and with a check of the server where `sslrootcert` says who vouches for it.
 *
 * @param folder what relative paths are relative to
 * @throws {InvalidDatabaseUrlError} the parameters contradict each other, or prove less than they seem to
 */
export function readPostgresSsl(
  url: string,
  host: string,
  parameters: PostgresParameters,
  folder: string,
): PostgresSsl {
  const refuse = (reason: string, hint: string) => new InvalidDatabaseUrlError(url, reason, hint);
  const root = parameters.get('sslrootcert');
  const mode = readMode(url, parameters.get('sslmode')) ?? usualMode(host, root);
  const files = readFiles(parameters, folder);

  if (isSocketFolder(host) && mode !== 'disable') {
    throw refuse(
      'it asks for TLS over a socket',
      'Remove sslmode and sslrootcert: a socket never leaves this machine.',
    );
  }
  if ((files.certificateFile === undefined) !== (files.keyFile === undefined)) {
    throw refuse('it has only one of sslcert and sslkey', 'Name both, or neither.');
  }
  if (mode === 'disable' && Object.keys(files).length > 0) {
    throw refuse('it names certificates, but no TLS is spoken', 'Add sslmode=verify-full, or remove the certificates.');
  }
  if (mode === 'verify-ca' && root === undefined) {
    throw refuse(
      'its sslmode=verify-ca does not say which authority to trust',
      'Add sslrootcert=, or write verify-full.',
    );
  }
  if (root === 'system' && mode !== 'verify-full') {
    const reason = 'anybody gets a certificate that the system trusts, so sslrootcert=system needs the name compared';
    throw refuse(reason, 'Write sslmode=verify-full, or leave sslmode out.');
  }
  return { mode, ...files };
}

function readFiles(parameters: PostgresParameters, folder: string): Omit<PostgresSsl, 'mode'> {
  const [root, certificate, key] = [parameters.get('sslrootcert'), parameters.get('sslcert'), parameters.get('sslkey')];
  return {
    ...(root && { rootCertificateFile: root === 'system' ? root : resolve(folder, root) }),
    ...(certificate && { certificateFile: resolve(folder, certificate) }),
    ...(key && { keyFile: resolve(folder, key) }),
  };
}

function readMode(url: string, text: string | undefined): SslMode | undefined {
  const mode = SSL_MODES.find((known) => known === text);
  if (text === undefined || mode !== undefined) return mode;
  if (text === 'prefer' || text === 'allow') {
    const hint = 'Write require if the server speaks TLS, and disable if it does not.';
    throw new InvalidDatabaseUrlError(url, `sslmode=${text} gives way to whoever says there is no TLS`, hint);
  }
  throw new InvalidDatabaseUrlError(url, 'its sslmode is unknown', MODES);
}

function usualMode(host: string, root: string | undefined): SslMode {
  if (root !== undefined) return 'verify-full';
  return isSocketFolder(host) || isLoopback(host) ? 'disable' : 'require';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
