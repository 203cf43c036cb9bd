import { containsToken } from '@iron/db';
import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateToken, parseToken } from './token-format.ts';

const environment = fc.constantFrom('production', 'test', 'development');
const secret = fc.tuple(environment, fc.nat()).map(([which]) => generateToken(which));

describe('any text', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('that is near to a token is a token of Iron only where it is that very token', () => {
    fc.assert(
      fc.property(secret, fc.array(fc.tuple(fc.nat(), oddText), { maxLength: 3 }), (token, edits) => {
        const edited = edits.reduce((text, [place, put]) => {
          const at = place % text.length;
          return text.slice(0, at) + put + text.slice(at + put.length);
        }, token);
        expect(parseToken(edited).kind === 'generated').toBe(edited === token);
      }),
      cases(5_000),
    );
  });

  test('that holds a token is seen to hold one, wherever it stands', () => {
    fc.assert(
      fc.property(secret, oddText, oddText, (token, before, after) => {
        expect(containsToken(before + token + after)).toBe(true);
        expect(containsToken(`${before}${token.slice(0, -1)}`)).toBe(false);
      }),
      cases(1_000),
    );
  });

  test('that may be a token of another maker is visible ASCII of a bounded length', () => {
    fc.assert(
      fc.property(nearly(fc.constantFrom('sk-proj-abcdefgh', 'iron_abc_12345', 'a.b.c-d_e~f+g/h=')), (text) => {
        expect(parseToken(text).kind === 'foreign').toBe(
          /^[!-~]{8,512}$/.test(text) && !/^iron_(?:live|test|dev)_/.test(text),
        );
      }),
      cases(2_000),
    );
  });

  test.each(['a', 'iron_live_', '_', '\0', '💥', ' '])('of 100,000 characters is no token: %j', (piece) => {
    expect(parseToken(long(piece)).kind).toBe('refused');
    expect(containsToken(long(piece))).toBe(false);
  });
});
