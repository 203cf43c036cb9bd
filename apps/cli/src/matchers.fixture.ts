import { expect } from 'vitest';

/* vitest's matchers are typed `any`; as `unknown` they fit into expected values and nowhere else. */

export const anyText: unknown = expect.any(String);

export function textMatching(pattern: RegExp | string): unknown {
  return expect.stringMatching(pattern);
}

export function listWith(...items: readonly unknown[]): unknown {
  return expect.arrayContaining([...items]);
}

export function recordWith(part: object): unknown {
  return expect.objectContaining(part);
}
