import { describe, expect, test } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const VERBS = ['reset-seed', 'reset', 'seed', 'migrate', 'status', 'verify', 'backup', 'backups', 'prune'];

describe('nearestWord', () => {
  test.each([
    ['resett', 'reset'],
    ['rest', 'reset'],
    ['reset-sed', 'reset-seed'],
    ['resetseed', 'reset-seed'],
    ['sead', 'seed'],
    ['migrtae', 'migrate'],
    ['STATUS', 'status'],
    ['bakcup', 'backup'],
    ['backup', 'backup'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestWord(typed, VERBS)).toBe(meant);
  });

  test.each(['', 'x', 'drop-everything', 'sqlite', '日本語'])('does not guess what %j means', (typed) => {
    expect(nearestWord(typed, VERBS)).toBeUndefined();
  });

  test('counts swapped neighbours as one mistake, so that a short word is still found', () => {
    expect(nearestWord('db', ['bd'])).toBe('bd');
  });
});
