import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type ConnectionOptions as TlsOptions, getCACertificates } from 'node:tls';
import { UnusableSecretFileError } from '../connection/password-errors.ts';
import type { PostgresSsl } from '../connection/postgres-location.ts';
import { readSecretFile } from '../connection/read-secret-file.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;

/**
 * What TLS has to check, as libpq means its sslmode: `require` only encrypts, unless a root certificate is given, and is
 * then `verify-ca`; `verify-ca` does not compare the server's name; `verify-full` does, and without a root certificate
 * trusts the authorities that Node.js trusts.
 *
 * @throws {UnusableSecretFileError} a file is missing, no PEM, or a key that others may read
 */
export function tlsOptions(ssl: PostgresSsl): false | TlsOptions {
  if (ssl.mode === 'disable') return false;
  const ca = readRoots(ssl.rootCertificateFile);
  const { certificate, key } = readClientCertificate(ssl);
  const options: TlsOptions = {
    ...(ca && { ca }),
    ...(certificate !== undefined && { cert: certificate }),
    rejectUnauthorized: ssl.mode !== 'require' || ca !== undefined,
    ...(ssl.mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
  // The driver does the same, so that options which are printed show no key.
  if (key !== undefined) Object.defineProperty(options, 'key', { value: key, enumerable: false, configurable: true });
  return options;
}

function readRoots(file: string | undefined): string[] | undefined {
  if (file === undefined) return undefined;
  return file === 'system' ? getCACertificates('system') : readCertificates(file);
}

function readClientCertificate({ certificateFile, keyFile }: PostgresSsl): { certificate?: string; key?: string } {
  if (certificateFile === undefined || keyFile === undefined) return {};
  const certificate = readCertificates(certificateFile).join('\n');
  const key = readSecretFile(keyFile, 'private');
  let privateKey;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    // No cause: nothing of a key belongs into an error.
    const hint = 'Keys that are encrypted with a passphrase are not read.';
    throw new UnusableSecretFileError(keyFile, 'it holds no private key in PEM that is not encrypted', hint);
  }
  if (!new X509Certificate(certificate).checkPrivateKey(privateKey)) {
    throw new UnusableSecretFileError(keyFile, `its key is not the one of ${certificateFile}`);
  }
  return { certificate, key };
}

/** Certificates are public: who may read them does not matter. */
function readCertificates(file: string): string[] {
  const found = readSecretFile(file, 'mounted').match(CERTIFICATE) ?? [];
  if (found.length === 0 || !found.every(isCertificate)) {
    throw new UnusableSecretFileError(file, 'it holds no certificate in PEM');
  }
  return found;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
