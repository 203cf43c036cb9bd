import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifecycleOf, parseDatabaseUrl } from '@iron/db';
import { administer } from '@iron/test-clones';
import { startPostgres, startTcpProxy } from '@iron/test-postgres';
import { serverFolder } from './left-runs.ts';
import { mountSmallDisk } from './small-disk.ts';
import { makeFolders, type Place, type Stage } from './stage.ts';

const NAME = 'tortured';
const PATIENCE_MS = 60_000;

const SERVER_MEGABYTES = 384;
/** Of the log the server keeps little, so that the data have room on its disk. */
const SETTINGS = { max_wal_size: '64MB' };

/** A database of a server of its own, by way of a proxy; the server and the backups are each on a small disk. */
export async function postgresStage(): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const folders = opened.use(await makeFolders());
  const serverDisk = opened.use(mountSmallDisk(serverFolder(folders.root), SERVER_MEGABYTES));
  const server = opened.use(
    await startPostgres({ settings: SETTINGS, ...(serverDisk && { folder: serverDisk.folder }) }),
  );
  const proxy = opened.use(await startTcpProxy(server.url));
  const all = opened.move();
  const placeOf = (name: string, folder: string): Place => {
    const url = databaseAt(proxy.url, name);
    const location = parseDatabaseUrl(url, '/');
    if (location.kind !== 'postgres') throw new TypeError(`${name} is on no server.`);
    return { url, lifecycle: lifecycleOf(location, { folder }) };
  };
  return {
    ...placeOf(NAME, folders.database),
    folders,
    breakable: { disk: folders.disk, serverDisk, server, proxy },
    alone: async () => await untilAlone(server.url),
    another: async (name) => {
      await administer(server.url, (client) => client.query(`CREATE DATABASE ${name}`));
      const remove = async () => {
        await administer(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
      };
      return { ...placeOf(name, folders.elsewhere), remove };
    },
    leftOver: async ({ building }) => [
      ...readdirSync(join(folders.database, 'backups')).filter(
        (name) => !new RegExp(`^${NAME}_backup_[\\d_]+\\.copy\\.zst(?:\\.json)?$`).test(name),
      ),
      ...(building ? [] : await schemasBeside(databaseAt(server.url, NAME))),
    ],
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

function databaseAt(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** What a client that was killed had on its way, its server's process still carries out. */
async function untilAlone(server: string): Promise<void> {
  const connected = `SELECT pid, state, query FROM pg_stat_activity WHERE datname = '${NAME}' AND backend_type = 'client backend'`;
  for (const start = Date.now(); ; await sleep(20)) {
    const { rows } = await administer(server, (client) => client.query<object>(connected));
    if (rows.length === 0) return;
    if (Date.now() - start > PATIENCE_MS) throw new Error(`Still connected: ${JSON.stringify(rows)}`);
  }
}

async function schemasBeside(url: string): Promise<string[]> {
  const beside = String.raw`SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ '^_iron'`;
  const { rows } = await administer(url, (client) => client.query<{ name: string }>(beside));
  return rows.map(({ name }) => `schema ${name}`);
}
