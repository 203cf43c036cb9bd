import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskUrl } from './mask-url.ts';

describe('maskUrl', () => {
  test.each([
    ['sqlite:///./dev_tokens.db?mode=rwc', 'sqlite:///./dev_tokens.db?mode=rwc'],
    ['sqlite::memory:', 'sqlite::memory:'],
    ['sqlite:///srv/me@work/tokens.db', 'sqlite:///srv/me@work/tokens.db'],
    ['./me@work/tokens.db', './me@work/tokens.db'],
    ['C:/me@work/tokens.db', 'C:/me@work/tokens.db'],
    ['', ''],
    ['postgres://db.example.com:5432/tokens', 'postgres://db.example.com:5432/tokens'],
    ['postgres://[::1]:5432/tokens?sslmode=require', 'postgres://[::1]:5432/tokens?sslmode=require'],
    [
      'postgres:///tokens?host=/var/run/postgresql&connect_timeout=5',
      'postgres:///tokens?host=/var/run/postgresql&connect_timeout=5',
    ],
  ])('leaves %j, which holds no secret, as it is', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  test.each([
    ['postgres://me:hunter2@host/db', 'postgres://***@host/db'],
    ['postgres://me:hun/ter?2@x@host/db', 'postgres://***@host/db'],
    ['https://hunter2@host/db', 'https://***@host/db'],
    ['postgres://me:hunter2', 'postgres://***'],
    ['postgres://me:hun/ter2', 'postgres://***'],
    ['postgres://me:1:2/db', 'postgres://***'],
    ['postgres://me@host/db?sslmode=hunter2&password=hunter2', 'postgres://***@host/db?sslmode=***&password=***'],
    [
      'postgres://me@host/db?host=hunter2&connect_timeout=hunter2',
      'postgres://***@host/db?host=***&connect_timeout=***',
    ],
    ['me:hunter2@host', '***@host'],
    ['hunter2@host/db', '***@host/db'],
    ['https:/hunter2@host/db', 'https:/***@host/db'],
    ['https:///hunter2@host/db', 'https:///***@host/db'],
    ['sqlite:///me:hunter2@host/db', 'sqlite:///***@host/db'],
    ['jdbc:postgresql://me:hunter2@host', '***@host'],
    ['libsql://host/db?authToken=hunter2&mode=ro', 'libsql://host/db?authToken=***&mode=ro'],
    ['libsql://host/db?hunter2', 'libsql://host/db?***'],
    ['libsql://host/db;mode=ro?key=hunter2#hunter2', 'libsql://host/db;mode=ro?key=***#***'],
  ])('hides the secret in %j', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  test('cuts what is too long to read', () => {
    expect(maskUrl(`sqlite:///${'a'.repeat(500)}`)).toBe(`sqlite:///${'a'.repeat(190)}…`);
  });

  test('never shows a password or a query value, whatever stands around it', () => {
    const secret = 'Hunter2Hunter2';
    const noise = fc.string({ unit: 'binary', maxLength: 8 });
    fc.assert(
      fc.property(noise, noise, noise, fc.string({ unit: 'grapheme-ascii', maxLength: 8 }), (a, b, user, host) => {
        expect(maskUrl(`postgres://u${user}:${a}${secret}${b}@${host}`)).not.toContain(secret);
        expect(maskUrl(`${user}:${a}${secret}${b}@${host}`)).not.toContain(secret);
        expect(maskUrl(`sqlite:///db?token=${secret}${a.replaceAll('@', '')}`)).not.toContain(secret);
      }),
    );
  });
});
