import { PostgresTooOldError } from './postgres-errors.ts';

const OLDEST = 150_000;

/** What a server says that it is; one that only speaks PostgreSQL says which version it is like. */
export const SERVER_VERSION = `
  SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number`;

/**
 * @param server what a person knows it by
 * @param rows what {@link SERVER_VERSION} gave
 * @throws {PostgresTooOldError} it is older than version 15
 */
export function requireSupportedVersion(server: string, [row]: readonly Readonly<Record<string, unknown>>[]): void {
  if (Number(row?.['number']) < OLDEST) throw new PostgresTooOldError(server, String(row?.['version']));
}
