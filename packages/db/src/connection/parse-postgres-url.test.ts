import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidDatabaseUrlError } from './invalid-database-url.ts';
import { parsePostgresUrl } from './parse-postgres-url.ts';
import type { PostgresLocation } from './postgres-location.ts';

const FOLDER = '/srv/iron';
const HOME = { HOME: '/home/iron' };

function parse(url: string, variables: NodeJS.ProcessEnv = HOME): PostgresLocation {
  return parsePostgresUrl(url, FOLDER, variables);
}

function refusal(url: string): InvalidDatabaseUrlError {
  try {
    parse(url);
  } catch (error) {
    if (error instanceof InvalidDatabaseUrlError) return error;
    throw error;
  }
  throw new Error(`${url} was accepted`);
}

/** The password that a URL or PGPASSWORD gave. */
function passwordOf({ password }: PostgresLocation): string | undefined {
  return password.kind === 'text' ? password.text.reveal() : undefined;
}

describe('a PostgreSQL URL', () => {
  test('has defaults for all but user, host and database', () => {
    expect(parse('postgres://iron@db.example.com/tokens')).toEqual({
      kind: 'postgres',
      host: 'db.example.com',
      port: 5_432,
      database: 'tokens',
      user: 'iron',
      password: { kind: 'passfile', from: 'home', path: '/home/iron/.pgpass' },
      ssl: { mode: 'require' },
      applicationName: 'iron',
      connectTimeoutMs: 10_000,
    });
  });

  test('takes every parameter, and resolves the paths of files', () => {
    const query =
      'sslmode=verify-full&sslrootcert=./ca.pem&sslcert=/etc/iron.crt&sslkey=keys/iron%20key&application_name=gateway%201&connect_timeout=3&passfile=./list';
    expect(parse(`postgresql://iron@db:6432/tokens?${query}`)).toMatchObject({
      port: 6_432,
      password: { kind: 'passfile', from: 'url', path: '/srv/iron/list' },
      ssl: {
        mode: 'verify-full',
        rootCertificateFile: '/srv/iron/ca.pem',
        certificateFile: '/etc/iron.crt',
        keyFile: '/srv/iron/keys/iron key',
      },
      applicationName: 'gateway 1',
      connectTimeoutMs: 3_000,
    });
  });

  test.each([
    ['postgres://u@[::1]:6000/d', { host: '::1', port: 6_000 }],
    ['postgres://u@[fe80::1%25eth0]/d', { host: 'fe80::1%eth0', port: 5_432 }],
    ['postgres://u@10.0.0.1:/d', { host: '10.0.0.1', port: 5_432 }],
    ['postgres://u@/d?host=/var/run/postgresql', { host: '/var/run/postgresql', port: 5_432 }],
    ['postgres://u@:6000/d?host=/tmp', { host: '/tmp', port: 6_000 }],
    ['postgres://u@%2Ftmp/d', { host: '/tmp' }],
    ['postgres://u@/d?host=db.internal', { host: 'db.internal' }],
    ['postgres://m%40e:p%3A%2F%40%25@h/my%20d%2Fb', { user: 'm@e', database: 'my d/b', host: 'h' }],
  ])('%s leads to the right server', (url, parts) => {
    expect(parse(url)).toMatchObject(parts);
  });

  test.each([
    ['postgres://u@localhost/d', 'disable'],
    ['postgres://u@127.0.0.2/d', 'disable'],
    ['postgres://u@[::1]/d', 'disable'],
    ['postgres://u@/d?host=/tmp', 'disable'],
    ['postgres://u@127.example.com/d', 'require'],
    ['postgres://u@10.0.0.1/d', 'require'],
    ['postgres://u@db/d', 'require'],
    ['postgres://u@db/d?sslmode=disable', 'disable'],
    ['postgres://u@localhost/d?sslmode=require', 'require'],
    ['postgres://u@db/d?sslrootcert=/ca.pem', 'verify-full'],
    ['postgres://u@localhost/d?sslrootcert=/ca.pem', 'verify-full'],
    ['postgres://u@db/d?sslrootcert=/ca.pem&sslmode=verify-ca', 'verify-ca'],
    ['postgres://u@db/d?sslrootcert=system', 'verify-full'],
  ])('%s means sslmode=%s', (url, mode) => {
    expect(parse(url).ssl.mode).toBe(mode);
  });

  test.each([
    ['postgres://h/d', 'it names no user'],
    ['postgres://u@h', 'it names no database'],
    ['postgres://u@h/', 'it names no database'],
    ['postgres://u@h/d/', 'a / follows its database'],
    ['postgres://u@/d', 'it names no host'],
    ['postgres://u@a,b/d', 'it names several hosts'],
    ['postgres://u@a:1,b:2/d', 'it names several hosts'],
    ['postgres://u@/d?host=a,b', 'it names several hosts'],
    ['postgres://u@h/d?host=/tmp', 'it names a host twice'],
    ['postgres://u@/d?host=./tmp', 'its host is neither a name, nor an address, nor an absolute path'],
    ['postgres://u@h:x/d', 'what follows the : after its host is no port, 1 to 65535'],
    ['postgres://u@h:0/d', 'what follows the : after its host is no port, 1 to 65535'],
    ['postgres://u@h:65536/d', 'what follows the : after its host is no port, 1 to 65535'],
    ['postgres://u@::1/d', 'what follows the : after its host is no port, 1 to 65535'],
    ['postgres://u@[::1/d', 'its host is no IPv6 address in brackets'],
    ['postgres://u@[h]/d', 'its host is no IPv6 address in brackets'],
    ['postgres://u:a@b@h/d', 'it has an @ that does not stand between password and host'],
    ['postgres://u:a/b@h/d', 'it has an @ that does not stand between password and host'],
    ['postgres://u:a?b@h/d', 'it has an @ that does not stand between password and host'],
    ['postgres://u:a#b@h/d', 'it has a #'],
    ['postgres://u:a b@h/d', 'it holds white space or a control character'],
    ['postgres://u:100%@h/d', 'a % in its password is not followed by the code of a letter'],
    ['postgres://u:a%00@h/d', 'its password holds a control character'],
    ['postgres://u@h/d?sslmode=prefer', 'sslmode=prefer gives way to whoever says there is no TLS'],
    ['postgres://u@h/d?sslmode=full', 'its sslmode is unknown'],
    ['postgres://u@h/d?sslmode=verify-ca', 'its sslmode=verify-ca does not say which authority to trust'],
    ['postgres://u@h/d?sslmode=disable&sslrootcert=a', 'it names certificates, but no TLS is spoken'],
    ['postgres://u@h/d?sslcert=a', 'it has only one of sslcert and sslkey'],
    ['postgres://u@/d?host=/tmp&sslmode=require', 'it asks for TLS over a socket'],
    [
      'postgres://u@h/d?sslmode=require&sslrootcert=system',
      'anybody gets a certificate that the system trusts, so sslrootcert=system needs the name compared',
    ],
    ['postgres://u@h/d?connect_timeout=0', 'its connect_timeout is no whole number of seconds from 1 to 300'],
    ['postgres://u@h/d?connect_timeout=', 'its connect_timeout is empty'],
    ['postgres://u@h/d?application_name=iron%20db', "its application_name is that of Iron's own commands"],
    ['postgres://u@h/d?application_name=%69ron%20db', "its application_name is that of Iron's own commands"],
    ['postgres://u@h/d?sslmode=require&sslmode=disable', 'it has two parameters sslmode'],
    ['postgres://u@h/d?ssl_mode=require', 'it has an unknown parameter ssl_mode (did you mean sslmode?)'],
    ['postgres://u@h/d?sslrotcert=a', 'it has an unknown parameter sslrotcert (did you mean sslrootcert?)'],
    ['postgres://u@h/d?keepalives=1', 'it has an unknown parameter keepalives'],
    ['postgres://u@h/d?password=x', 'it has an unknown parameter password'],
    ['postgres://u@h/d?hunter2', 'it has an unknown parameter'],
  ])('%s is refused: %s', (url, reason) => {
    expect(refusal(url)).toMatchObject({ code: 'database.invalid_url', reason });
  });

  test('with what another tool writes is answered with what to write here', () => {
    expect(refusal('postgres://u@h/d?sslmode=require&channel_binding=require').hint).toContain('sslmode=verify-full');
    expect(refusal('postgres://u@h/d?mode=ro').hint).toContain('rights granted');
    expect(refusal('postgres://u@h/d?password=x').hint).toContain('postgres://user:password@host');
  });
});

describe('the password of a PostgreSQL URL', () => {
  const all = { ...HOME, PGPASSWORD: 'from-variable', PGPASSFILE: '/lists/all' };

  test('is the one in it, else PGPASSWORD, else that of the list in the URL, of PGPASSFILE, of the home folder', () => {
    expect(passwordOf(parse('postgres://u:from-url@h/d?passfile=/l', all))).toBe('from-url');
    expect(passwordOf(parse('postgres://u@h/d?passfile=/l', all))).toBe('from-variable');
    const lists = { ...all, PGPASSWORD: '' };
    expect(parse('postgres://u@h/d?passfile=/l', lists).password).toMatchObject({ from: 'url', path: '/l' });
    expect(parse('postgres://u:@h/d', lists).password).toMatchObject({ from: 'PGPASSFILE', path: '/lists/all' });
    expect(parse('postgres://u@h/d').password).toMatchObject({ from: 'home', path: '/home/iron/.pgpass' });
  });

  test('may be any text once it is encoded, and is then shown nowhere', () => {
    const password = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(password, (noise) => {
        const secret = `${noise}Hunter2`;
        const location = parse(`postgres://u:${encodeURIComponent(secret)}@h/d`);
        expect(passwordOf(location)).toBe(secret);
        expect(inspect(location, { depth: Infinity, showHidden: true })).not.toContain('Hunter2');
        expect(JSON.stringify(location)).not.toContain('Hunter2');
      }),
    );
  });

  const noise = fc.string({ unit: 'binary', maxLength: 6 });
  const marks = fc.constantFrom('@', '/', '?', '#', ':', '%', '&', '=', ' ', '[', ']', ',', '\0');
  const ends = fc.constantFrom('@h/d', '@h', '@/d', '@h:x/d', '@a,b/d', '@h/d?sslmode=x', '@h/d?x=y', '@[h/d', '@');

  test('is shown in no error, however it is written and whatever follows it', () => {
    const piece = fc.oneof(noise, marks);
    fc.assert(
      fc.property(piece, piece, ends, (before, after, end) => {
        expect(allThatIsShown(`postgres://u:${before}Hunter2${after}${end}`)).not.toContain('Hunter2');
      }),
      { numRuns: 1_000 },
    );
  });

  test('is shown in no error of a URL that ends before its host', () => {
    const after = fc.oneof(noise, marks).filter((text) => !text.includes('@'));
    fc.assert(
      fc.property(fc.constantFrom('', '/', '?', 'x', '%', '[', ':'), after, (before, rest) => {
        expect(allThatIsShown(`postgres://u:${before}Hunter2${rest}`)).not.toContain('Hunter2');
      }),
    );
  });
});

function allThatIsShown(url: string): string {
  try {
    return inspect(parse(url), { depth: Infinity });
  } catch (error) {
    if (!(error instanceof InvalidDatabaseUrlError)) throw error;
    return `${inspect(error)} ${error.hint} ${JSON.stringify(error)}`;
  }
}
