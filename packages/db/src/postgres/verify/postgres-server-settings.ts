import { z } from 'zod';
import type { PostgresLocation } from '../../connection/postgres-location.ts';
import { lookAtPostgres } from './look-at-postgres.ts';

const settingsSchema = z.object({
  fsync: z.boolean(),
  fullPageWrites: z.boolean(),
  synchronousCommit: z.string(),
  sessionReplicationRole: z.string(),
});

/**
 * Settings of a server that its promises rest on: that what was committed is still there after a crash, and that triggers
 * run. The last two may be set for a user or a database alone.
 */
export type PostgresServerSettings = Readonly<z.output<typeof settingsSchema>>;

const SETTINGS = `
  SELECT current_setting('fsync')::boolean AS fsync, current_setting('full_page_writes')::boolean AS "fullPageWrites",
    current_setting('synchronous_commit') AS "synchronousCommit",
    current_setting('session_replication_role') AS "sessionReplicationRole"`;

/**
 * The settings that hold for this user in this database. Reads only, and no table.
 *
 * @throws {DatabaseMissingError | DatabaseUnreachableError | DatabaseAccessRefusedError} it cannot be reached
 */
export async function readPostgresServerSettings(location: PostgresLocation): Promise<PostgresServerSettings> {
  return await lookAtPostgres(location, async ({ query }) => {
    const [row] = await query(SETTINGS);
    return settingsSchema.parse(row);
  });
}
