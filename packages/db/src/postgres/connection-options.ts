import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { findPassword } from '../connection/find-password.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { tlsOptions } from './tls-options.ts';

/** What the driver needs to make one connection. Everything is given, so that no variable of libpq changes any of it. */
export interface PostgresConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked when the server asks, by each connection anew: a password in a file may have changed. */
  readonly password: () => Promise<string>;
  readonly ssl: false | TlsOptions;
  readonly sslnegotiation: 'postgres';
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
}

/**
 * The options of `pg` for a location. Certificates are read now, the password when the server asks for it; a missing
 * password is then the error of the connection.
 *
 * @throws {UnusableSecretFileError} a file of certificates or a key is missing, no PEM, or open to others
 */
export function connectionOptions(location: PostgresLocation): PostgresConnectionOptions {
  return {
    host: location.host,
    port: location.port,
    database: location.database,
    user: location.user,
    password: async () => findPassword(location),
    ssl: tlsOptions(location.ssl),
    sslnegotiation: 'postgres',
    application_name: location.applicationName,
    connectionTimeoutMillis: location.connectTimeoutMs,
  };
}
