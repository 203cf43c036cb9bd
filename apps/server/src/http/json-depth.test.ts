import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNestedDeeperThan } from './json-depth.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('the depth of a JSON text', () => {
  test('is that of its value, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 6 })), fc.boolean(), (value, isSpaced) => {
        const json = JSON.stringify(value, null, isSpaced ? 2 : 0);
        const depth = depthOf(value);
        expect(isNestedDeeperThan(depth, json)).toBe(false);
        expect(isNestedDeeperThan(depth - 1, json)).toBe(true);
      }),
    );
  });

  test.each(['"[[[["', '["\\"[[[["]', '["\\\\", "[[[["]', '{"[[[[": "{{{{"}'])(
    'takes no sign of a text for one of its own: %s',
    (json) => {
      expect(isNestedDeeperThan(1, json)).toBe(false);
    },
  );

  test('is found in a text of any length', () => {
    expect(isNestedDeeperThan(100, '['.repeat(1_000_000))).toBe(true);
    expect(isNestedDeeperThan(100, `${'['.repeat(100)}1${']'.repeat(100)}`)).toBe(false);
    expect(isNestedDeeperThan(100, `[${'[],'.repeat(1_000)}[]]`)).toBe(false);
  });
});
