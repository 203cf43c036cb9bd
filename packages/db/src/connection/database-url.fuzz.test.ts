import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { isIronError } from '@iron/errors';
import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import { describe, expect, test } from 'vitest';
import { type DatabaseLocation, parseDatabaseUrl } from './database-url.ts';
import { maskUrl } from './mask-url.ts';

const FOLDER = '/srv/iron';
const HOME = { HOME: '/home/iron' };
const SECRET = 'Hunter2Hunter2';

const encoded = oddText.map((text) => encodeURIComponent(text.toWellFormed()));
const segment = fc.oneof(fc.constantFrom('.', '..', 'data', 'tokens.db', ':memory:', 'a%20b'), encoded);
const sqliteUrl = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '?mode=ro', '?mode=rw', '?mode=rwc'))
  .map(([path, query]) => `sqlite:///${path.join('/')}${query}`);

const user = fc.oneof(fc.constant('iron'), encoded);
const host = fc.constantFrom(
  'h',
  'db.example.com',
  'localhost',
  '127.0.0.1',
  '[::1]',
  '[fe80::1%25eth0]',
  '%2Ftmp',
  '',
);
const port = fc.constantFrom('', ':', ':5432', ':65535', ':65536', ':0');
const parameter = fc.oneof(
  fc.constantFrom('sslmode=require', 'sslmode=disable', 'sslmode=verify-full', 'connect_timeout=3', 'host=/tmp'),
  fc.constantFrom('sslrootcert=./ca.pem', 'sslrootcert=system', 'sslcert=a', 'sslkey=b', 'passfile=./list', 'x=y'),
  encoded.map((value) => `application_name=${value}`),
);
const query = fc.array(parameter, { maxLength: 3 }).map((all) => (all.length === 0 ? '' : `?${all.join('&')}`));

function postgresUrl(password: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('postgres', 'postgresql'), user, password, host, port, encoded, query)
    .map(
      ([kind, who, secret, ...rest]) =>
        `${kind}://${who}${secret}@${rest.slice(0, 2).join('')}/${rest.slice(2).join('')}`,
    );
}

const valid = fc.oneof(sqliteUrl, postgresUrl(fc.constantFrom('', ':', ':secret', ':p%3A%2F%40%25')));
const anyUrl = fc.oneof(
  { weight: 4, arbitrary: nearly(valid) },
  { weight: 1, arbitrary: oddText },
  { weight: 1, arbitrary: fc.constantFrom('sqlite::memory:', 'mysql://u:p@h/d', 'file:t.db', './t.db', 'C:\\t.db') },
);

/** Where a URL leads to, or the error that refuses it. */
function parse(url: string): DatabaseLocation | Error {
  try {
    return parseDatabaseUrl(url, FOLDER, HOME);
  } catch (error) {
    if (isIronError(error) && error.code === 'database.invalid_url') return error;
    throw error;
  }
}

/** The location as a URL. */
function print(location: DatabaseLocation): string {
  if (location.kind === 'memory') return 'sqlite::memory:';
  if (location.kind === 'file')
    return `sqlite://${encodeURI(location.path).replaceAll(/[?#]/g, encodeURIComponent)}?mode=${location.mode}`;
  const { host: server, password, ssl } = location;
  const parameters = Object.entries({
    host: server,
    sslmode: ssl.mode,
    sslrootcert: ssl.rootCertificateFile,
    sslcert: ssl.certificateFile,
    sslkey: ssl.keyFile,
    application_name: location.applicationName,
    connect_timeout: String(location.connectTimeoutMs / 1_000),
    passfile: password.kind === 'passfile' && password.from === 'url' ? password.path : undefined,
  });
  const written = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const who = [location.user, passwordOf(location)].map(encodeURIComponent).join(':');
  return `postgres://${who}@:${location.port}/${encodeURIComponent(location.database)}?${written.join('&')}`;
}

function passwordOf(found: DatabaseLocation | Error): string {
  if (!('password' in found) || found.password.kind !== 'text') return '';
  return found.password.text.reveal();
}

describe('any database URL', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is refused with one error, or read as what it is read as again when it is written anew', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        const found = parse(url);
        if (found instanceof Error) return;
        const again = parse(print(found));
        expect(again).toEqual(found);
        expect(passwordOf(again)).toBe(passwordOf(found));
      }),
      cases(4_000),
    );
  });

  test('shows its password nowhere, neither where it is read nor where a mistake has it refused', () => {
    const password = fc.tuple(encoded, encoded).map(([before, after]) => `:${before}${SECRET}${after}`);
    fc.assert(
      fc.property(nearly(postgresUrl(password), 1), (url) => {
        const found = parse(url);
        const isUsers = !(found instanceof Error) && (found.kind !== 'postgres' || found.user.includes(SECRET));
        if (isUsers) return; // a mistake has made a name of it
        const shown = `${inspect(found, { depth: Infinity, showHidden: true })} ${JSON.stringify(found)} ${maskUrl(url)}`;
        expect(shown).not.toContain(SECRET);
      }),
      cases(3_000),
    );
  });

  test.each(['/', '%', '@', ':', '[', '?', '&', 'a=', '../', ',', 'a@', '\\', '💥'])(
    'of 100,000 characters is read or refused at once, and masked to what can be read: %j',
    (piece) => {
      for (const beginning of ['', 'sqlite:///', 'postgres://', 'postgres://u:p@', 'postgres://u@h/d?', 'x:']) {
        const url = beginning + long(piece);
        const found = parse(url);
        expect(found instanceof Error ? found.message.length : 0).toBeLessThan(1_000);
        expect(maskUrl(url).length).toBeLessThan(300);
      }
    },
  );
});
