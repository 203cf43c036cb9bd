import type { PlainConnection } from '../plain-connection.ts';
import { requireSupportedVersion, SERVER_VERSION } from '../server-version.ts';

/** Who and where a connection is. */
export interface ConnectionFacts {
  readonly serverVersion: number;
  readonly database: string;
  readonly user: string;
  /** Nothing can be written: a standby, or a user for whom it is set so. */
  readonly isReadOnly: boolean;
  /** Whether a schema can be made beside. */
  readonly mayCreateSchema: boolean;
}

const FACTS = `
  SELECT current_setting('server_version_num')::int AS version, current_database()::text AS database,
    current_user::text AS user, current_setting('transaction_read_only')::boolean AS "isReadOnly",
    has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchema"`;

/** @throws {PostgresTooOldError | UnsupportedServerError} it is older than version 15, or another system */
export async function readFacts({ query, name }: PlainConnection): Promise<ConnectionFacts> {
  requireSupportedVersion(name, await query(SERVER_VERSION));
  const [facts] = await query(FACTS);
  return {
    serverVersion: Number(facts?.['version']),
    database: String(facts?.['database']),
    user: String(facts?.['user']),
    isReadOnly: facts?.['isReadOnly'] === true,
    mayCreateSchema: facts?.['mayCreateSchema'] === true,
  };
}
