import { DatabaseError } from 'pg';
import { CorruptDatabaseError } from '../../connection/connection-errors.ts';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import type { Reader } from '../../work/queries.ts';
import { isDeadlock } from '../deadlock.ts';
import { explainPostgresError } from '../explain-postgres-error.ts';
import { LONG_WORK_SETTINGS, WAIT_FOR_LOCK_MS } from '../long-work-settings.ts';
import { closeOwnClient, ownClient } from '../own-client.ts';
import { type PlainConnection, plainQuery, plainSession, rolledBack } from '../plain-connection.ts';
import { postgresName } from '../postgres-name.ts';
import { postgresQueries } from '../postgres-queries.ts';
import { requireSupportedVersion, SERVER_VERSION } from '../server-version.ts';

/** One connection, for who looks at a database and leaves it as it is. Between moments it is in no transaction. */
export interface PostgresLook extends PlainConnection {
  /** Queries as in a piece of work. */
  readonly queries: Reader;
  /**
   * Runs `work` in a transaction that sees what there was when it began, and can write nothing; once more where it and a
   * command that replaces the database waited for each other.
   */
  atOneMoment<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * The settings are those of the transaction alone: the connection may be a pooler's, and somebody else's afterwards. Rows
 * that a policy would hide are an error, and not left out.
 */
const BEGIN = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  ...[...LONG_WORK_SETTINGS, 'row_security = off'].map((setting) => `SET LOCAL ${setting}`),
].join('; ');

/**
 * Connects to a database to look at it. It takes the locks of whoever reads, and waits for none for longer than 10 s.
 *
 * @throws {DatabaseUnreachableError | DatabaseAccessRefusedError | DatabaseMissingError} the server does not let it in
 * @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system
 * @throws {DatabaseBusyError} somebody kept a table to themselves for too long
 * @throws {CorruptDatabaseError} the server cannot read what it has stored
 */
export async function lookAtPostgres<T>(
  location: PostgresLocation,
  work: (look: PostgresLook) => Promise<T>,
): Promise<T> {
  const explain = (error: unknown) => explainPostgresError(error, { location, giveUpAfterMs: WAIT_FOR_LOCK_MS });
  const name = postgresName(location);
  const client = ownClient(location);
  try {
    await client.connect();
    const query = plainQuery(client);
    requireSupportedVersion(name, await query(SERVER_VERSION));
    return await work({
      name,
      query,
      queries: postgresQueries(plainSession(client)),
      atOneMoment: async (look) => {
        const once = async () => await rolledBack(query, BEGIN, look);
        return await once().catch((error: unknown) => {
          if (isDeadlock(error)) return once();
          throw error;
        });
      },
    });
  } catch (error) {
    throw isDamage(error) ? new CorruptDatabaseError(name, error.message, error, WHERE_DAMAGED) : explain(error);
  } finally {
    await closeOwnClient(client);
  }
}

/** What cannot be read cannot be backed up, and nothing is replaced without a backup. */
export const WHERE_DAMAGED =
  'Put the newest backup into a new database of the server: `iron db restore <file> --database <url>`.';

/** Whether the server says that what it has stored is not as it wrote it, or is gone. */
export function isDamage(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^(XX|58)/.test(error.code ?? '');
}
