import { administer } from './administer.ts';
import { hasEnded, PROCESS_NAME } from './process-identity.ts';

const NAME = new RegExp(`^iron_test_(${PROCESS_NAME})_[0-9a-f]{8}$`);

/**
 * Drops the databases that processes of this machine have made for their tests and not dropped, because they were
 * killed. No other database is touched; templates stay for the next run.
 *
 * @param server on which a run may find what an earlier one has left
 */
export async function dropLeftDatabases(server: string): Promise<void> {
  await administer(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const left = rows.map((row) => row.datname).filter((name) => isLeft(name));
    for (const name of left) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

function isLeft(name: string): boolean {
  const owner = NAME.exec(name)?.[1];
  return owner !== undefined && hasEnded(owner);
}
