import { InvalidMaxConnectionsError } from '../connection/connection-errors.ts';
import type { OpenOptions } from '../connection/open-sqlite-database.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { connectionOptions } from './connection-options.ts';
import { explainPostgresError } from './explain-postgres-error.ts';
import { type PostgresDatabase, postgresDatabase } from './postgres-database.ts';
import { postgresName } from './postgres-name.ts';
import { PostgresPool } from './postgres-pool.ts';
import { requireSupportedVersion, SERVER_VERSION } from './server-version.ts';

const DEFAULT_MAX_CONNECTIONS = 5;
const DEFAULT_GIVE_UP_AFTER_MS = 30_000;
/** A server that is gone without a word is noticed by the system, also where nothing is asked of it. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * Opens a database of a PostgreSQL server; its schema is not looked at. Connections are made as they are needed, up to
 * `maxConnections`, and made again after they have broken.
 *
 * @throws {DatabaseUnreachableError | ConnectionsExhaustedError} the server does not answer, or takes no more connections
 * @throws {DatabaseAccessRefusedError | DatabaseMissingError} it does not let this user in, or has no such database
 * @throws {TlsNotOfferedError | ServerNotVerifiedError} it speaks no TLS, or is not trusted
 * @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system
 */
export async function openPostgresDatabase(
  location: PostgresLocation,
  { maxConnections = DEFAULT_MAX_CONNECTIONS, giveUpAfterMs = DEFAULT_GIVE_UP_AFTER_MS }: OpenOptions = {},
): Promise<PostgresDatabase> {
  if (!Number.isSafeInteger(maxConnections) || maxConnections < 1) throw new InvalidMaxConnectionsError(maxConnections);
  const pool = new PostgresPool({
    ...connectionOptions(location),
    max: maxConnections,
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    query_timeout: longestSilence(giveUpAfterMs),
  });
  try {
    const { rows } = await pool.query<Record<string, unknown>>(SERVER_VERSION);
    requireSupportedVersion(postgresName(location), rows);
    return postgresDatabase(pool, location, maxConnections, giveUpAfterMs);
  } catch (error) {
    await pool.close();
    throw explainPostgresError(error, { location, giveUpAfterMs });
  }
}

/** Some seconds beyond what a statement may wait in the server: then nobody answers any more. */
function longestSilence(giveUpAfterMs: number): number {
  return giveUpAfterMs + Math.min(Math.max(giveUpAfterMs, 1_000), 5_000);
}
