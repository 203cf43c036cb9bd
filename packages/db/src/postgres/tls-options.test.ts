import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePostgresUrl } from '../connection/parse-postgres-url.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import { testAuthority, type TestCertificate } from './tls-certificate.fixture.ts';
import { explainTlsError } from './tls-errors.ts';
import { tlsOptions } from './tls-options.ts';

const authority = testAuthority('Iron test authority');
const stranger = testAuthority('Another authority');
const server = authority.issue(['localhost']);
const client = authority.issue(['iron']);

const { path: FOLDER, ...folder } = mkdtempDisposableSync(join(tmpdir(), 'iron-tls-'));
afterAll(() => folder.remove());

function write(name: string, text: string, mode = 0o600): void {
  writeFileSync(join(FOLDER, name), text);
  chmodSync(join(FOLDER, name), mode);
}
write('ca.pem', `# two of them\n${stranger.certificate}\n${authority.certificate}`, 0o644);
write('stranger.pem', stranger.certificate);
write('client.pem', client.certificate);
write('client.key', client.key);
write('open.key', client.key, 0o644);
write('server.key', server.key);

function locationOf(query: string): PostgresLocation {
  return parsePostgresUrl(`postgres://iron@localhost/tokens?${query}`, FOLDER, {});
}

/** `trusted` if a server that shows this certificate may be spoken to, else what stands against it. */
async function verdictOn(shown: TestCertificate, query: string): Promise<string> {
  const location = locationOf(query);
  const listener = createServer({ cert: shown.certificate, key: shown.key }, (socket) => socket.end());
  listener.on('tlsClientError', () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  listener.listen(0, '127.0.0.1', () => {
    const address = listener.address();
    if (address === null || typeof address === 'string') return reject(new Error('no port'));
    const options = { ...tlsOptions(location.ssl), host: '127.0.0.1', servername: 'localhost', port: address.port };
    const socket = connect(options, () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.on('error', (error: Error) =>
      resolve(explainTlsError(error, location)?.message ?? `unexplained: ${error.message}`),
    );
  });
  const verdict = await promise;
  listener.close();
  return verdict.replace('The PostgreSQL server localhost:5432 is not trusted: ', '');
}

function problemWith(query: string): unknown {
  try {
    return tlsOptions(locationOf(query).ssl);
  } catch (error) {
    return error;
  }
}

const UNSIGNED = 'no trusted authority signed its certificate.';

describe('TLS', () => {
  test.each([
    ['sslmode=require', 'trusted'],
    ['sslmode=require&sslrootcert=ca.pem', 'trusted'],
    ['sslmode=require&sslrootcert=stranger.pem', UNSIGNED],
    ['sslmode=verify-ca&sslrootcert=ca.pem', 'trusted'],
    ['sslmode=verify-ca&sslrootcert=stranger.pem', UNSIGNED],
    ['sslmode=verify-full&sslrootcert=ca.pem', 'trusted'],
    ['sslmode=verify-full&sslrootcert=stranger.pem', UNSIGNED],
    ['sslmode=verify-full', UNSIGNED],
    ['sslrootcert=system', UNSIGNED],
  ])('with %s: a server whose certificate is of the authority in ca.pem is judged %j', async (query, verdict) => {
    expect(await verdictOn(server, query)).toBe(verdict);
  });

  test.each([
    ['sslmode=require', 'trusted'],
    ['sslmode=verify-ca&sslrootcert=ca.pem', 'trusted'],
    ['sslmode=verify-full&sslrootcert=ca.pem', 'its certificate is for another name.'],
  ])('with %s: a server with a certificate for another name is judged %j', async (query, verdict) => {
    expect(await verdictOn(authority.issue(['db.example.com']), query)).toBe(verdict);
  });

  test('does not trust what has expired, or what vouches for itself', async () => {
    const expired = authority.issue(['localhost'], new Date('2021-01-01T00:00:00Z'));
    expect(await verdictOn(expired, 'sslmode=verify-ca&sslrootcert=ca.pem')).toBe('its certificate has expired.');
    expect(await verdictOn(authority, 'sslmode=verify-full')).toBe('its certificate is signed by itself.');
  });

  test('is not spoken with sslmode=disable, nor with this machine where nothing is said', () => {
    expect(tlsOptions(locationOf('sslmode=disable').ssl)).toBe(false);
    expect(tlsOptions(locationOf('').ssl)).toBe(false);
  });

  test('has the certificate of the client where there is one, and a key that is not printed', () => {
    const options = tlsOptions(locationOf('sslmode=require&sslcert=client.pem&sslkey=client.key').ssl);
    expect(options).toMatchObject({ cert: client.certificate.trim(), key: client.key });
    expect(inspect(options) + JSON.stringify(options)).not.toContain('PRIVATE KEY');
  });

  test.each([
    ['sslrootcert=missing.pem', 'missing.pem cannot be used: it does not exist.'],
    ['sslrootcert=client.key', 'client.key cannot be used: it holds no certificate in PEM.'],
    ['sslmode=require&sslcert=client.pem&sslkey=ca.pem', 'ca.pem cannot be used: others than its owner have access'],
    [
      'sslmode=require&sslcert=client.pem&sslkey=open.key',
      'open.key cannot be used: others than its owner have access',
    ],
    ['sslmode=require&sslcert=client.pem&sslkey=stranger.pem', 'stranger.pem cannot be used: it holds no private key'],
    ['sslmode=require&sslcert=client.pem&sslkey=server.key', 'server.key cannot be used: its key is not the one of'],
  ])('with %s is refused before anything is sent, and no key is shown', (query, message) => {
    const problem = problemWith(query);
    expect(problem).toMatchObject({ code: 'database.unusable_secret_file' });
    expect(inspect(problem)).toContain(`${FOLDER}/${message}`);
    expect(inspect(problem)).not.toContain('PRIVATE KEY');
  });

  test('that a server does not speak is an error that says how to do without', () => {
    const location = parsePostgresUrl('postgres://iron@db/tokens', '/', {});
    expect(explainTlsError(new Error('The server does not support SSL connections'), location)).toMatchObject({
      code: 'database.tls_not_offered',
      message: 'The PostgreSQL server db:5432 speaks no TLS, and sslmode=require requires it.',
      hint: 'Switch TLS on in the server. Where nobody can listen on the way, add ?sslmode=disable to the URL.',
    });
    expect(explainTlsError(new Error('connect ECONNREFUSED'), location)).toBeUndefined();
  });
});
