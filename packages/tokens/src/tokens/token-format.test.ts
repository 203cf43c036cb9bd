import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsToken, SEEDED_USERS } from '@iron/db';
import { generateToken, parseToken } from './token-format.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('a generated token', () => {
  test.each([
    ['production', /^iron_live_[0-9A-Za-z]{49}$/],
    ['test', /^iron_test_[0-9A-Za-z]{49}$/],
    ['development', /^iron_dev_[0-9A-Za-z]{49}$/],
  ] as const)('of %s says so in front, and has a fixed width', (environment, shape) => {
    for (let count = 0; count < 100; count += 1) {
      const secret = generateToken(environment);
      expect(secret).toMatch(shape);
      expect(parseToken(secret)).toEqual({ kind: 'generated', environment });
    }
  });

  test('is another one every time, and uses every character', () => {
    const secrets = Array.from({ length: 500 }, () => generateToken('production'));
    expect(new Set(secrets).size).toBe(500);
    expect(new Set(secrets.map((secret) => secret.slice(10, 53)).join('')).size).toBe(62);
  });

  test('is found by a secret scanner inside any text', () => {
    expect(containsToken(`Authorization: Bearer ${generateToken('production')}\n`)).toBe(true);
    expect(containsToken('iron_live_ is how a token begins')).toBe(false);
  });
});

describe('a mistyped token is seen to be one without a look-up', () => {
  test('when any one character behind the prefix is another', () => {
    const body = fc.integer({ min: 10, max: 58 });
    const character = fc.constantFrom(...BASE62.split(''));
    fc.assert(
      fc.property(body, character, (place, other) => {
        const secret = generateToken('production');
        fc.pre(secret[place] !== other);
        const mistyped = `${secret.slice(0, place)}${other}${secret.slice(place + 1)}`;
        expect(parseToken(mistyped)).toEqual({ kind: 'refused', reason: 'mistyped' });
      }),
    );
  });

  test('when two characters changed places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 57 }), (place) => {
        const secret = generateToken('test');
        fc.pre(secret[place] !== secret[place + 1]);
        const swapped = `${secret.slice(0, place)}${secret[place + 1]}${secret[place]}${secret.slice(place + 2)}`;
        expect(parseToken(swapped)).toEqual({ kind: 'refused', reason: 'mistyped' });
      }),
    );
  });

  test.each([
    ['a character is missing', (secret: string) => secret.slice(0, -1)],
    ['a character is too much', (secret: string) => `${secret}0`],
    ['it carries the prefix of another environment', (secret: string) => secret.replace('iron_live_', 'iron_test_')],
    ['nothing but the prefix is there', () => 'iron_live_'],
    ['it looks like a development token', () => 'iron_dev_admin_token_002'],
  ])('when %s', (_, mistype) => {
    expect(parseToken(mistype(generateToken('production')))).toEqual({ kind: 'refused', reason: 'mistyped' });
  });
});

describe('a text that Iron did not make', () => {
  test.each(SEEDED_USERS.map(({ token }) => token))('%s is known as one that everybody knows', (token) => {
    expect(parseToken(token)).toEqual({ kind: 'well_known' });
  });

  test.each(['sk-proj-abcdefgh', 'iron_abc_12345', 'a.b.c-d_e~f+g/h=', '12345678'])(
    '%s may be a token of another maker',
    (token) => {
      expect(parseToken(token)).toEqual({ kind: 'foreign' });
    },
  );

  test.each([
    ['is empty', ''],
    ['is too short', '1234567'],
    ['is too long', 'x'.repeat(513)],
    ['has a space in front', ` ${generateToken('production')}`],
    ['has a line end behind', `${generateToken('production')}\n`],
    ['is not ASCII', 'schlüssel'],
    ['has NUL in it', '12345678\0'],
  ])('that %s cannot be a token', (_, token) => {
    expect(parseToken(token)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  test.each([undefined, null, 42, {}, ['iron_live_']])('that is %j cannot be a token', (token) => {
    expect(Reflect.apply(parseToken, undefined, [token])).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  test('of any kind is never taken for one of Iron’s', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(parseToken(text).kind).not.toBe('generated');
        expect(parseToken(`iron_live_${text}`)).toMatchObject({ kind: 'refused' });
      }),
    );
  });
});
