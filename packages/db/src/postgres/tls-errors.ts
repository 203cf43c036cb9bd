import { IronError } from '@iron/errors';
import type { PostgresLocation } from '../connection/postgres-location.ts';

/** TLS was asked for, by `sslmode` or because the server is not on this machine, and the server does not speak it. */
export class TlsNotOfferedError extends IronError {
  readonly code = 'database.tls_not_offered';
  constructor(server: string, mode: string, cause: unknown) {
    super(`The PostgreSQL server ${server} speaks no TLS, and sslmode=${mode} requires it.`, {
      hint: 'Switch TLS on in the server. Where nobody can listen on the way, add ?sslmode=disable to the URL.',
      details: { server, mode },
      cause,
    });
  }
}

/** The server did not prove that it is the one that is meant. Nothing was sent to it. */
export class ServerNotVerifiedError extends IronError {
  readonly code = 'database.server_not_verified';
  constructor(server: string, problem: string, hint: string, cause: unknown) {
    super(`The PostgreSQL server ${server} is not trusted: ${problem}.`, { hint, details: { server }, cause });
  }
}

const ROOT = 'Name the certificate of the authority that signed it: sslrootcert=/path/to/ca.pem in the URL.';
const RENEW = 'Renew the certificate of the server, and compare the clocks of both machines.';

const PROBLEMS: ReadonlyMap<string, readonly [problem: string, hint: string]> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['its certificate is signed by itself', ROOT]],
  ['SELF_SIGNED_CERT_IN_CHAIN', ['the authority behind its certificate is not one of the trusted', ROOT]],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', ['no trusted authority signed its certificate', ROOT]],
  ['UNABLE_TO_GET_ISSUER_CERT', ['no trusted authority signed its certificate', ROOT]],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['no trusted authority signed its certificate', ROOT]],
  ['CERT_SIGNATURE_FAILURE', ['no trusted authority signed its certificate', ROOT]],
  ['CERT_HAS_EXPIRED', ['its certificate has expired', RENEW]],
  ['CERT_NOT_YET_VALID', ['its certificate is not valid yet', RENEW]],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    [
      'its certificate is for another name',
      'Write the name that the certificate has into the URL, or sslmode=verify-ca if any server of this authority will do.',
    ],
  ],
]);

/**
 * What an error of connecting means where TLS is the reason.
 *
 * @returns `undefined` if something else is the reason
 */
export function explainTlsError(
  error: unknown,
  { host, port, ssl }: PostgresLocation,
): TlsNotOfferedError | ServerNotVerifiedError | undefined {
  if (!(error instanceof Error)) return undefined;
  const server = `${host}:${port}`;
  // The driver gives this one no code.
  if (error.message === 'The server does not support SSL connections') {
    return new TlsNotOfferedError(server, ssl.mode, error);
  }
  const known = 'code' in error && typeof error.code === 'string' ? PROBLEMS.get(error.code) : undefined;
  return known && new ServerNotVerifiedError(server, ...known, error);
}
