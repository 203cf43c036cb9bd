import { applyAllMigrations, openDatabase } from '@iron/db';

const TEMPLATE = 'iron_template';

/**
 * Makes a migrated database on a server: the first is migrated, and those after it are copies.
 *
 * @param server the URL of its maintenance database
 * @returns its URL
 */
export async function makeMigratedPostgres(server: string, name: string): Promise<string> {
  await using maintenance = await openDatabase(server);
  if (maintenance.engine !== 'postgres') throw new TypeError('This is no server.');
  const { session } = maintenance;
  const { rows } = await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rows.length === 0) {
    await session.query(`CREATE DATABASE ${TEMPLATE}`);
    await using template = await openDatabase(urlOf(server, TEMPLATE));
    await applyAllMigrations(template);
  }
  await session.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return urlOf(server, name);
}

function urlOf(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
