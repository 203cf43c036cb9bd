import { cases, FUZZ_TIMEOUT_MS, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sealAnswer, unsealAnswer } from './sealed-answer.ts';

const text = oddText.map((odd) => odd.toWellFormed());
const answer = fc.oneof(
  text,
  fc.jsonValue().map((value) => JSON.stringify(value).toWellFormed()),
);
const opener = fc.record({ secret: text, key: text });

function canBeOpened(...sealed: Parameters<typeof unsealAnswer>): boolean {
  try {
    unsealAnswer(...sealed);
    return true;
  } catch {
    return false;
  }
}

describe('any sealed answer', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is read by who has its token and its key, and by nobody else', () => {
    fc.assert(
      fc.property(answer, opener, opener, (said, own, other) => {
        const sealed = sealAnswer(said, own);
        expect(unsealAnswer(sealed, own)).toBe(said);
        expect(canBeOpened(sealed, other)).toBe(own.secret === other.secret && own.key === other.key);
      }),
      cases(500),
    );
  });

  test('in which one byte is another, or which is longer or shorter, is not opened', () => {
    fc.assert(
      fc.property(answer, opener, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, own, place, mask) => {
        const sealed = sealAnswer(said, own);
        const at = place % sealed.length;
        const altered = Buffer.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ mask;
        const changed = [
          altered,
          sealed.subarray(0, at),
          sealed.subarray(at + 1),
          Buffer.concat([sealed, Buffer.of(mask)]),
        ];
        expect(changed.filter((one) => canBeOpened(one, own))).toEqual([]);
      }),
      cases(500),
    );
  });
});
