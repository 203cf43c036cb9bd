import type { SecretText } from './secret-text.ts';

export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
/**
 * What TLS has to prove: nothing, as there is none; that nobody listens; that an authority named here vouches for the
 * server; that it does so for a server of this very name.
 */
export type SslMode = (typeof SSL_MODES)[number];

/** How a server is spoken to. The paths are absolute. */
export interface PostgresSsl {
  readonly mode: SslMode;
  /** The certificates of the authorities that are trusted, in PEM; `system`: those that the machine trusts. */
  readonly rootCertificateFile?: string;
  /** What the client shows of itself. Always together with {@link keyFile}. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
}

/** Where the password comes from. Files are read for each new connection, so a password may change meanwhile. */
export type PostgresPassword =
  | { readonly kind: 'text'; readonly from: 'url' | 'PGPASSWORD'; readonly text: SecretText }
  /** A file that holds the password and nothing else: `database.password_file`. */
  | { readonly kind: 'file'; readonly path: string }
  /** A list of passwords as libpq reads it. `home`: `~/.pgpass`, which need not exist. */
  | { readonly kind: 'passfile'; readonly from: 'url' | 'PGPASSFILE' | 'home'; readonly path: string };

/** A database of a PostgreSQL server, and how it is reached. Can be printed: the password in it cannot. */
export interface PostgresLocation {
  readonly kind: 'postgres';
  /** A name, an address (IPv6 without brackets), or the absolute path of the folder that holds the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: PostgresPassword;
  readonly ssl: PostgresSsl;
  /** What the server's list of connections shows. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
}

/** Whether the server is reached by a socket in a folder, and so without a network. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/');
}
