import { chmodSync, mkdtempDisposableSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findPassword } from './find-password.ts';
import { parsePostgresUrl } from './parse-postgres-url.ts';
import type { PostgresLocation } from './postgres-location.ts';

const URL = 'postgres://iron@db.example.com/tokens';

/** A folder with one file, `secret`, of this text and mode. */
function folderWith(text: string, mode = 0o600): Disposable & { readonly path: string; readonly file: string } {
  const { path, ...folder } = mkdtempDisposableSync(join(tmpdir(), 'iron-password-'));
  const file = join(path, 'secret');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return { path, file, [Symbol.dispose]: () => folder.remove() };
}

function fromList(path: string, url = URL): PostgresLocation {
  return parsePostgresUrl(url, '/', { PGPASSFILE: path });
}

function fromFile(path: string): PostgresLocation {
  return { ...parsePostgresUrl(URL, '/', {}), password: { kind: 'file', path } };
}

function overSocket(folder: string): string {
  return `postgres://i%5Cron@/to%3Akens?host=${folder}`;
}

function failureOf(location: PostgresLocation): unknown {
  try {
    return findPassword(location);
  } catch (error) {
    return error;
  }
}

describe('a password file', () => {
  test.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    [' hunter 2 ', ' hunter 2 '],
  ])('that holds %j gives the password %j', (text, password) => {
    using folder = folderWith(text);
    expect(findPassword(fromFile(folder.file))).toBe(password);
  });

  test('may be a link to a file that anyone reads, as Kubernetes and Docker mount secrets', () => {
    using folder = folderWith('hunter2', 0o444);
    symlinkSync('secret', join(folder.path, 'link'));
    expect(findPassword(fromFile(join(folder.path, 'link')))).toBe('hunter2');
  });

  test('that changes gives the new password to the next connection', () => {
    using folder = folderWith('old');
    const location = fromFile(folder.file);
    expect(findPassword(location)).toBe('old');
    writeFileSync(folder.file, 'new');
    expect(findPassword(location)).toBe('new');
  });

  test.each([
    ['', 'it is empty'],
    ['\n', 'it is empty'],
    ['db:5432:tokens:iron:hunter2\nother', 'it holds more than one line'],
    ['hunter2'.repeat(2 ** 18), 'it is not a small file'],
  ])('with no usable password is refused, and what is in it is not shown: %#', (text, problem) => {
    using folder = folderWith(text);
    const failure = failureOf(fromFile(folder.file));
    expect(failure).toMatchObject({ message: `${folder.file} cannot be used: ${problem}.` });
    expect(inspect(failure)).not.toContain('hunter2');
  });

  test('that is missing, or no file, is named', () => {
    expect(failureOf(fromFile('/nowhere/it'))).toMatchObject({
      message: '/nowhere/it cannot be used: it does not exist.',
    });
    expect(failureOf(fromFile('/'))).toMatchObject({ message: '/ cannot be used: it is not a small file.' });
  });
});

describe('a list of passwords', () => {
  test('gives the password of the first line that fits', () => {
    using folder = folderWith(
      [
        '#db.example.com:5432:tokens:iron:comment',
        'too:short',
        'db.example.com:5433:tokens:iron:other port',
        'db.example.com:*:tokens:iron:right:one\\:\\\\',
        '*:*:*:*:too late',
      ].join('\r\n'),
    );
    expect(findPassword(fromList(folder.file))).toBe('right:one:\\');
    expect(findPassword(fromList(folder.file, 'postgres://x@y/z'))).toBe('too late');
  });

  test.each(['\u2028', '\u2029', '\r'])('holds passwords with %j in them: only a line feed ends a line', (sign) => {
    using folder = folderWith(`*:*:*:iron:hun${sign}ter\\${sign}2\n`);
    expect(findPassword(fromList(folder.file))).toBe(`hun${sign}ter${sign}2`);
  });

  test('escapes colons in names, and calls a socket in a usual place localhost', () => {
    using folder = folderWith('localhost:5432:to\\:kens:i\\\\ron:hunter2\n');
    expect(findPassword(fromList(folder.file, overSocket('/var/run/postgresql')))).toBe('hunter2');
    expect(failureOf(fromList(folder.file, overSocket('/srv/sockets')))).toMatchObject({
      code: 'database.password_missing',
      message: `/srv/sockets asks for the password of i\\ron, and there is none: no line of ${folder.file} fits.`,
    });
  });

  test.each(['0604', '0620', '0666'])('of mode %s, which others have access to, is refused', (mode) => {
    using folder = folderWith('*:*:*:*:hunter2', Number.parseInt(mode, 8));
    const problem = `others than its owner have access to it (mode ${mode}, not 0600)`;
    expect(failureOf(fromList(folder.file))).toMatchObject({
      code: 'database.unusable_secret_file',
      message: `${folder.file} cannot be used: ${problem}.`,
    });
  });

  test.runIf(process.geteuid?.() === 0)('may be read by a group that root lends it to', () => {
    using folder = folderWith('*:*:*:*:hunter2', 0o640);
    expect(findPassword(fromList(folder.file))).toBe('hunter2');
  });

  test('need not exist in the home folder, but must where it is named', () => {
    expect(failureOf(parsePostgresUrl(URL, '/', { HOME: '/nowhere' }))).toMatchObject({
      message:
        'db.example.com asks for the password of iron, and there is none: the URL has none, and /nowhere/.pgpass does not exist.',
    });
    expect(failureOf(fromList('/nowhere/list'))).toMatchObject({
      message: '/nowhere/list cannot be used: it does not exist.',
    });
  });
});
