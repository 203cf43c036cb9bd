import { createHash, randomBytes } from 'node:crypto';
import { type Client } from 'pg';
import { administer } from './administer.ts';
import { nameOfThisProcess } from './process-identity.ts';
import { serverOfTests } from './server-of-tests.ts';

const KEY = /^[a-z0-9_]{1,32}$/;

/** What a database is to be a copy of. */
export interface CloneDatabaseOptions {
  /**
   * Names what `build` makes: lower case, digits and `_`, at most 32. A server that outlives the tests keeps the
   * template.
   */
  readonly key: string;
  /** Whatever changes what is built: from anything else, another template is made. */
  readonly madeFrom?: readonly string[];
  /** Fills an empty database, and has closed its connections when it is done. Once for a key and a server. */
  readonly build: (url: string) => Promise<void>;
  /** A superuser's, or that of a role with CREATEDB; the server of the tests, unless given. */
  readonly server?: string;
}

/** A database of one test, until the end of the `await using` block. */
export interface ClonedDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
  /** Removes it, also while there are connections to it; these are ended. */
  drop(): Promise<void>;
  /** Lets it stay until a person removes it. Connections to it are ended. @returns its new URL */
  keep(): Promise<string>;
}

/**
 * Makes a database that is like the one that `build` fills. That is done once; the others are copies, also for other
 * processes that ask at the same time.
 *
 * @throws {Error} what `build` throws; the next who asks builds it again
 */
export async function cloneDatabase(options: CloneDatabaseOptions): Promise<ClonedDatabase> {
  const { key, madeFrom, build, server = serverOfTests() } = options;
  if (!KEY.test(key)) throw new Error(`"${key}" cannot be the key of a template: it must match ${KEY}.`);
  const template = `iron_template_${key}${madeFrom ? `_${digestOf(madeFrom)}` : ''}`;
  const name = `iron_test_${nameOfThisProcess()}_${randomBytes(4).toString('hex')}`;
  await administer(server, async (client) => {
    if (!(await isReady(client, template))) {
      await buildOnce(client, template, () => build(urlOf(server, template)));
    }
    // Of the two strategies it takes half as long; both as long as each other where a disk is waited for.
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  });
  const drop = async () => {
    await administer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  const keep = async () => {
    const kept = name.replace('iron_test_', 'iron_kept_');
    await administer(server, async (client) => {
      await client.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [name]);
      await client.query(`ALTER DATABASE ${name} RENAME TO ${kept}`);
    });
    return urlOf(server, kept);
  };
  return { url: urlOf(server, name), name, drop, keep, [Symbol.asyncDispose]: drop };
}

/** The lock is the server's, and goes with the connection: who dies while building keeps nobody waiting. */
async function buildOnce(client: Client, template: string, build: () => Promise<void>): Promise<void> {
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
  try {
    if (await isReady(client, template)) return;
    // What a process that died has left half built.
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${template}`);
    await build();
    // Nobody connects to it any more: a template with a connection cannot be copied. This also says that it is ready.
    await client.query(`ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`);
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [template]);
  }
}

async function isReady(client: Client, template: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn', [
    template,
  ]);
  return rowCount === 1;
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function digestOf(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}
