import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InvalidCursorError } from './input-errors.ts';
import { makeCursor, readCursor } from './page.ts';

const schema = z.tuple([z.string(), z.int()]);
const key = fc.tuple(
  oddText.map((text) => text.toWellFormed().replaceAll('\0', '')), // as the names that lists are in the order of
  fc.oneof(fc.maxSafeInteger(), fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)),
);

function read(cursor: string): unknown {
  try {
    return readCursor(schema, cursor);
  } catch (error) {
    if (error instanceof InvalidCursorError) return 'refused';
    throw error;
  }
}

describe('any cursor', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('that a list gave leads to the place that it was given for', () => {
    fc.assert(
      fc.property(key, (place) => {
        expect(read(makeCursor(place))).toEqual(place.map((part) => (part === 0 ? 0 : part)));
      }),
      cases(2_000),
    );
  });

  test('that no list gave is refused without being repeated, or leads to a place of the list', () => {
    const odd = fc.oneof(nearly(key.map(makeCursor)), fc.jsonValue().map(makeCursor), oddText);
    fc.assert(
      fc.property(odd, (cursor) => {
        const found = read(cursor);
        expect(found === 'refused' || schema.safeParse(found).success).toBe(true);
      }),
      cases(3_000),
    );
  });

  test('that has a NUL is refused, wherever it is', () => {
    fc.assert(
      fc.property(key, oddText, ([name, number], rest) => {
        expect(read(makeCursor([`${name}\0${rest}`, number]))).toBe('refused');
      }),
      cases(200),
    );
  });

  test.each(['[', '{"__proto__":', '[[],', '"', '9'].map((piece) => [piece, long(piece)]))(
    'of 100,000 characters is refused at once: %j',
    (_, text) => {
      expect(read(text)).toBe('refused');
      expect(read(Buffer.from(text).toString('base64url'))).toBe('refused');
    },
  );
});
