import { PostgresTooOldError, UnsupportedServerError } from './postgres-errors.ts';

const OLDEST = 150_000;

/** What a server says that it is. */
export const SERVER_VERSION = `
  SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
    version() AS description`;

/** By what systems give themselves away that speak PostgreSQL and lack what Iron needs: see docs/scaling.md. */
const UNSUPPORTED: readonly (readonly [system: string, says: RegExp])[] = [
  ['CockroachDB', /^CockroachDB /],
  ['YugabyteDB', /^PostgreSQL \S+-YB-/],
];

/**
 * @param server what a person knows it by
 * @param rows what {@link SERVER_VERSION} gave
 * @throws {UnsupportedServerError} it is no PostgreSQL, and known to lack what Iron needs
 * @throws {PostgresTooOldError} it is older than version 15
 */
export function requireSupportedVersion(server: string, [row]: readonly Readonly<Record<string, unknown>>[]): void {
  const description = String(row?.['description']);
  const unsupported = UNSUPPORTED.find(([, says]) => says.test(description));
  if (unsupported) throw new UnsupportedServerError(server, unsupported[0]);
  if (Number(row?.['number']) < OLDEST) throw new PostgresTooOldError(server, String(row?.['version']));
}
