import { applyAllMigrations, openDatabase, type PostgresDatabase } from '@iron/db';

const TEMPLATE = 'iron_template';

/**
 * Makes an empty database on a server.
 *
 * @param server the URL of its maintenance database
 * @returns its URL
 */
export async function makeEmptyPostgres(server: string, name: string): Promise<string> {
  await using maintenance = await openMaintenance(server);
  await maintenance.session.query(`CREATE DATABASE ${name}`);
  return urlOf(server, name);
}

/**
 * Makes a migrated database on a server, as a copy of one that is migrated when the first copy is asked for.
 *
 * @param server the URL of its maintenance database
 * @returns its URL
 */
export async function makeMigratedPostgres(server: string, name: string): Promise<string> {
  await using maintenance = await openMaintenance(server);
  const { rows } = await maintenance.session.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
  if (rows.length === 0) {
    await using template = await openDatabase(await makeEmptyPostgres(server, TEMPLATE));
    await applyAllMigrations(template);
  }
  await maintenance.session.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return urlOf(server, name);
}

async function openMaintenance(server: string): Promise<PostgresDatabase> {
  const maintenance = await openDatabase(server);
  if (maintenance.engine !== 'postgres') throw new TypeError('This is no server.');
  return maintenance;
}

function urlOf(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
