import {
  applyAllMigrations,
  openPostgresDatabase,
  parseDatabaseUrl,
  type PostgresDatabase,
  readMigrations,
} from '@iron/db';
import { cloneDatabase, type ClonedDatabase, dropLeftDatabases, SERVER_VARIABLE } from '@iron/test-clones';
import { announceKept, type Keeping } from './keeping.ts';
import { originOf } from './template-key.ts';
import { once } from './test-db.ts';
import { NoTestServerError } from './testkit-errors.ts';

/** A database of a test's own on a PostgreSQL server, gone at the end of its `await using` block. */
export interface TestDbOnServer extends AsyncDisposable {
  readonly db: PostgresDatabase;
  /** What other programs open it by, with the password. */
  readonly url: string;
  /** Its URL without the password. */
  readonly path: string;
  /** It has no folder. */
  readonly folder: null;
}

/** Opens a copy of a migrated template, which is made once for a server and each content of the migrations. */
export async function openOnServer(given: string | undefined, keeping: Keeping): Promise<TestDbOnServer> {
  const server = given ?? process.env[SERVER_VARIABLE] ?? '';
  if (server === '') throw new NoTestServerError();
  await dropLeftOnce(server);
  const { migrations, code } = await originOf(readMigrations('postgres'));
  const madeFrom = [...migrations.map(({ checksum }) => checksum), code];
  const clone = await cloneDatabase({ key: 'testkit', madeFrom, build: migrate, server });
  try {
    const url = keeping.databases === 'all' ? await clone.keep() : clone.url;
    const db = await open(url);
    if (keeping.databases === 'all') announceKept(db.path); // now: it may be wanted while a test hangs
    const end = once(async () => await endOnServer(db, clone, keeping));
    return { db, url, path: db.path, folder: null, [Symbol.asyncDispose]: end };
  } catch (error) {
    await clone.drop();
    throw error;
  }
}

async function endOnServer(db: PostgresDatabase, clone: ClonedDatabase, keeping: Keeping): Promise<void> {
  await db.close();
  await keeping.whenOver(async (stays) => await (stays ? keep(clone, keeping) : clone.drop()));
}

async function keep(clone: ClonedDatabase, keeping: Keeping): Promise<void> {
  if (keeping.databases === 'all') return;
  const { pathname, host } = new URL(await clone.keep());
  announceKept(`${pathname.slice(1)} on ${host}`);
}

async function migrate(url: string): Promise<void> {
  await using database = await open(url);
  await applyAllMigrations(database, { environment: 'test' });
}

async function open(url: string): Promise<PostgresDatabase> {
  const location = parseDatabaseUrl(url, process.cwd());
  if (location.kind !== 'postgres') throw new NoTestServerError();
  return await openPostgresDatabase(location);
}

const swept = new Map<string, Promise<void>>();

/** What killed runs have left goes when a process makes its first database on a server. */
async function dropLeftOnce(server: string): Promise<void> {
  const sweeping = swept.get(server) ?? dropLeftDatabases(server);
  swept.set(server, sweeping);
  await sweeping;
}
