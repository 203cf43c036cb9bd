import { chmodSync, chownSync, mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '@iron/test-postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import { connectionOptions } from './connection-options.ts';
import { testAuthority } from './tls-certificate.fixture.ts';
import { explainTlsError } from './tls-errors.ts';

const authority = testAuthority('Iron test authority');
const { path: FOLDER, ...folder } = mkdtempDisposableSync(join(tmpdir(), 'iron-tls-'));
let server: PostgresServer;

beforeAll(async () => {
  const client = authority.issue(['certified']);
  write('ca.pem', authority.certificate);
  write('stranger.pem', testAuthority('Another authority').certificate);
  write('client.pem', client.certificate);
  write('client.key', client.key);
  server = await startPostgres();
  await query(server.url, "CREATE ROLE certified LOGIN; CREATE ROLE changing LOGIN PASSWORD 'first'");
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder.remove();
});

function write(name: string, text: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

/** A file that the server, which may run as another user, is the only one to read. */
function writeForServer(name: string, text: string): string {
  const path = join(server.directory, name);
  const owner = statSync(server.directory);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  chownSync(path, owner.uid, owner.gid);
  return path;
}

async function switchTlsOn(): Promise<void> {
  const own = authority.issue(['localhost']);
  const access = join(server.directory, 'data', 'pg_hba.conf');
  writeFileSync(access, `hostssl all certified all cert\n${readFileSync(access, 'utf8')}`);
  const settings = {
    ssl_cert_file: writeForServer('server.pem', own.certificate),
    ssl_key_file: writeForServer('server.key', own.key),
    ssl_ca_file: writeForServer('ca.pem', authority.certificate),
    ssl: 'on',
  };
  for (const [name, value] of Object.entries(settings)) {
    await query(server.url, `ALTER SYSTEM SET ${name} = '${value}'`);
  }
  await server.restart();
}

/** The first value that a statement gives. */
async function query(url: string, sql: string, variables: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const location = parsePostgresUrl(url, FOLDER, variables);
  const client = new Client({ ...connectionOptions(location) });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ value: unknown }>(sql);
    return rows?.[0]?.value;
  } catch (error) {
    throw explainTlsError(error, location) ?? error;
  } finally {
    await client.end();
  }
}

/** `TLSv1.3`, or null for a connection in plain text; or why there is none. */
async function versionOfTls(
  host: string,
  parameters: string,
  credentials = credentialsOf(server.url),
): Promise<unknown> {
  const url = `postgres://${credentials}@${host}:${server.port}/postgres?${parameters}`;
  try {
    return await query(url, 'SELECT version AS value FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

function credentialsOf(url: string): string {
  const { username, password } = new URL(url);
  return `${username}:${password}`;
}

describe('a PostgreSQL server without TLS', () => {
  test('is spoken to in plain text on this machine, and refused where TLS is asked for', async () => {
    expect(await versionOfTls('127.0.0.1', '')).toBe(null);
    expect(await versionOfTls('127.0.0.1', 'sslmode=require')).toBe('database.tls_not_offered');
    expect(await versionOfTls('127.0.0.1', 'sslrootcert=ca.pem')).toBe('database.tls_not_offered');
  });
});

describe('a PostgreSQL server with TLS', () => {
  beforeAll(switchTlsOn);

  test.each([
    ['localhost', 'sslmode=disable', null],
    ['127.0.0.1', 'sslmode=require', 'TLSv1.3'],
    ['localhost', 'sslrootcert=ca.pem', 'TLSv1.3'],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=ca.pem', 'TLSv1.3'],
    ['127.0.0.1', 'sslmode=verify-full&sslrootcert=ca.pem', 'database.server_not_verified'],
    ['localhost', 'sslmode=verify-full', 'database.server_not_verified'],
    ['localhost', 'sslmode=require&sslrootcert=stranger.pem', 'database.server_not_verified'],
  ])('whose certificate is for localhost, reached at %s with %s: %s', async (host, parameters, outcome) => {
    expect(await versionOfTls(host, parameters)).toBe(outcome);
  });

  test('knows a client by its certificate, without any password', async () => {
    const own = 'sslmode=require&sslcert=client.pem&sslkey=client.key';
    expect(await versionOfTls('127.0.0.1', own, 'certified')).toBe('TLSv1.3');
    expect(await versionOfTls('127.0.0.1', 'sslmode=require', 'certified')).toBe('28000');
  });
});

describe('the password of a connection', () => {
  test('is the one that its file holds at that moment', async () => {
    const list = write('list', '*:*:*:changing:first\n');
    const url = `postgres://changing@127.0.0.1:${server.port}/postgres`;
    const ask = () => query(url, 'SELECT current_user AS value', { PGPASSFILE: list });

    expect(await ask()).toBe('changing');
    await query(server.url, "ALTER ROLE changing PASSWORD 'second'");
    await expect(ask()).rejects.toMatchObject({ code: '28P01' });
    writeFileSync(list, '*:*:*:changing:second\n');
    expect(await ask()).toBe('changing');
  });

  test('is asked for by name where there is none', async () => {
    const url = `postgres://changing@127.0.0.1:${server.port}/postgres`;
    await expect(query(url, 'SELECT 1', { HOME: '/nowhere' })).rejects.toMatchObject({
      code: 'database.password_missing',
    });
  });
});
