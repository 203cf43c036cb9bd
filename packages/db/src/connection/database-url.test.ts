import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidDatabaseUrlError, parseDatabaseUrl } from './database-url.ts';

const FOLDER = '/srv/iron';

function refusal(url: string): InvalidDatabaseUrlError {
  try {
    parseDatabaseUrl(url, FOLDER);
  } catch (error) {
    if (error instanceof InvalidDatabaseUrlError) return error;
    throw error;
  }
  throw new Error(`${url} was accepted`);
}

function pathOrRefusal(url: string): string {
  try {
    const location = parseDatabaseUrl(url, FOLDER);
    return location.kind === 'file' ? location.path : ':memory:';
  } catch (error) {
    if (error instanceof InvalidDatabaseUrlError) return 'refused';
    throw error;
  }
}

describe('parseDatabaseUrl', () => {
  test.each([
    ['sqlite:///./data/tokens.db', '/srv/iron/data/tokens.db'],
    ['sqlite:///../tokens.db', '/srv/tokens.db'],
    ['sqlite:///var/lib/iron/tokens.db', '/var/lib/iron/tokens.db'],
    ['sqlite:///.hidden/tokens.db', '/.hidden/tokens.db'],
    ['sqlite:///./my%20tokens%3F%25%23%5C.db', '/srv/iron/my tokens?%#\\.db'],
    ["sqlite:///./it's “ünïcode” .db", "/srv/iron/it's “ünïcode” .db"],
    ['sqlite:///./a//b/../tokens.db', '/srv/iron/a/tokens.db'],
  ])('reads %j as a file that is made if it is missing', (url, path) => {
    expect(parseDatabaseUrl(url, FOLDER)).toEqual({ kind: 'file', path, mode: 'rwc' });
  });

  test.each(['ro', 'rw', 'rwc'])('takes mode=%s', (mode) => {
    expect(parseDatabaseUrl(`sqlite:///./t.db?mode=${mode}`, FOLDER)).toEqual({
      kind: 'file',
      path: '/srv/iron/t.db',
      mode,
    });
  });

  test('reads sqlite::memory:', () => {
    expect(parseDatabaseUrl('sqlite::memory:', FOLDER)).toEqual({ kind: 'memory' });
  });

  test.each([
    ['', 'it is empty'],
    [' sqlite:///t.db', 'it starts or ends with white space'],
    ['postgres:me@host/db', 'two slashes come after postgres:, in small letters'],
    ['POSTGRESQL://me@host/db', 'two slashes come after postgresql:, in small letters'],
    ['postgres://host/db', 'it names no user'],
    ['mysql://host/db', 'the kind of database mysql: is unknown'],
    ['SQLITE:///t.db', 'three slashes come before the path'],
    ['sqlite:t.db', 'three slashes come before the path'],
    ['sqlite:/t.db', 'three slashes come before the path'],
    ['sqlite://t.db', 'three slashes come before the path'],
    ['sqlite:////t.db', 'it has more than three slashes before the path'],
    ['sqlite::memory:?mode=rwc', 'nothing may follow sqlite::memory:'],
    [':memory:', 'a database in memory is written otherwise'],
    ['sqlite://:memory:', 'a database in memory is written otherwise'],
    ['sqlite:///:memory:', 'it names a file called :memory:'],
    ['sqlite:///./:memory:', 'it names a file called :memory:'],
    ['file:t.db', 'file: URLs are not opened'],
    ['./t.db', 'it is not a URL but looks like a path'],
    ['/srv/t.db', 'it is not a URL but looks like a path'],
    ['..\\t.db', 'it is a path with backslashes, not a URL'],
    ['sqlite:///C:\\t.db', 'it has a backslash'],
    ['sqlite:///', 'it names no file'],
    ['sqlite:///./', 'it names no file'],
    ['sqlite:///srv/', 'it names no file'],
    ['sqlite:///..', 'it names no file'],
    ['sqlite:///srv/%2E', 'it names no file'],
    ['sqlite:///./t.db ', 'its file name starts or ends with white space'],
    ['sqlite:///./%20t.db', 'its file name starts or ends with white space'],
    ['sqlite:///./t.db%C2%A0', 'its file name starts or ends with white space'],
    ['sqlite:///./a%2Fb', 'a file name cannot hold a /'],
    ['sqlite:///./t%00.db', 'its path holds a control character'],
    ['sqlite:///./t\n.db', 'its path holds a control character'],
    ['sqlite:///./100%.db', 'a % in it is not followed by the code of a letter'],
    ['sqlite:///./%FF.db', 'a % in it is not followed by the code of a letter'],
    ['sqlite:///./t.db#a', 'it has a fragment'],
    ['sqlite:///./t.db?', 'its query is not a single mode=…'],
    ['sqlite:///./t.db?cache=shared', 'its query is not a single mode=…'],
    ['sqlite:///./t.db?mode=ro&mode=rw', 'its query is not a single mode=…'],
    ['sqlite:///./t.db?mode=', 'its mode is unknown'],
    ['sqlite:///./t.db?mode=RO', 'its mode is unknown'],
    ['sqlite:///./t.db?mode=memory', 'its mode is unknown'],
  ])('refuses %j: %s', (url, reason) => {
    expect(refusal(url)).toMatchObject({ code: 'database.invalid_url', reason });
  });

  test('says what to write instead, and shows no password', () => {
    expect(refusal('mysql://me:hunter2@host/db?sslkey=hunter2')).toMatchObject({
      message: 'The database URL "mysql://***@host/db?sslkey=***" is refused: the kind of database mysql: is unknown.',
      hint: 'Write sqlite:///./relative/file.db, sqlite:///absolute/file.db or sqlite::memory:, the first two with ?mode=ro, rw or rwc if needed; or postgres://user@host/database.',
    });
  });

  test('throws nothing but InvalidDatabaseUrlError, whatever it is given', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'sqlite:',
        '//',
        '/',
        './',
        '../',
        ':memory:',
        '?mode=',
        'ro',
        'rwc',
        '%',
        '%00',
        '%2F',
        '#',
        '&',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const urls = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.array(part, { maxLength: 8 }).map((parts) => `sqlite:///${parts.join('')}`),
    );
    fc.assert(
      fc.property(urls, (url) => {
        expect(pathOrRefusal(url)).toMatch(/^(refused|:memory:|\/[^\0]*[^/\s])$/su);
      }),
    );
  });

  test('finds every file name that was percent-encoded', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .filter((text) => !/[/\p{Cc}]/u.test(text) && text === text.trim() && text !== '.' && text !== '..');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const url = `sqlite:///./${names.map(encodeURIComponent).join('/')}?mode=rw`;
        const path = `${FOLDER}/${names.join('/')}`;
        expect(parseDatabaseUrl(url, FOLDER)).toEqual({ kind: 'file', path, mode: 'rw' });
      }),
    );
  });
});
