import { expect, test } from 'vitest';
import { begun, refused } from './history.fixture.ts';
import { checkRefusals } from './refusal-rule.ts';

const verifying = begun('token.verify', { family: 'f', place: 0, now: 1 });

test.each(['token.invalid', 'database.busy'])('accepts that a token is refused with %s', (code) => {
  expect(checkRefusals({ operations: [refused(verifying, code)] })).toEqual([]);
});

test.each(['limit.exceeded', 'database.corrupt', 'TypeError: x is undefined'])(
  'finds that it fails with %s',
  (code) => {
    expect(checkRefusals({ operations: [refused(verifying, code)] })).toHaveLength(1);
  },
);
