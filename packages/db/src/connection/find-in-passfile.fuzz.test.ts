import * as fc from 'fast-check';
import { cases, FUZZ_TIMEOUT_MS, long, nearly, oddText } from '@iron/test-program/fuzz';
import { describe, expect, test } from 'vitest';
import { findInPassfile, type PassfileKey } from './find-in-passfile.ts';

/** What a line of a file can hold, and no reader of it takes for the end of the line. */
const field = fc
  .oneof(fc.constantFrom('h', 'iron', '5432', '*'), oddText)
  .map((text) => text.replaceAll(/[\r\n]/g, '_'));

interface Entry extends PassfileKey {
  readonly password: string;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  host: field,
  port: fc.constantFrom(5_432, 6_432),
  database: field,
  user: field,
  password: field,
});

function lineOf({ host, port, database, user, password }: Entry): string {
  return [host, String(port), database, user, password]
    .map((text) => text.replaceAll(/[\\:]/g, String.raw`\$&`))
    .join(':');
}

function matches(written: string, wanted: string): boolean {
  return written === '*' || written === wanted;
}

function fits(line: Entry, key: PassfileKey): boolean {
  return (
    matches(line.host, key.host) &&
    line.port === key.port &&
    matches(line.database, key.database) &&
    matches(line.user, key.user)
  );
}

describe('any list of passwords', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('gives the password of the first line that fits, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), fc.boolean(), (entries, place, isDos) => {
        const { password: _, ...key } = entries[place % entries.length] ?? {
          host: '',
          port: 0,
          database: '',
          user: '',
          password: '',
        };
        const list = ['# a comment', '', ...entries.map(lineOf)].join(isDos ? '\r\n' : '\n');
        expect(findInPassfile(list, key)).toBe(entries.find((line) => fits(line, key))?.password);
      }),
      cases(3_000),
    );
  });

  test('that is written wrongly is read without a complaint, as far as it can be', () => {
    const key = { host: 'h', port: 5_432, database: 'd', user: 'u' };
    fc.assert(
      fc.property(nearly(fc.constant('# list\nh:5432:d:u:secret\n*:*:*:*:other'), 4), (list) => {
        expect(findInPassfile(list, key) ?? '').toBeTypeOf('string');
      }),
      cases(2_000),
    );
  });

  test.each([':', '\\', '\\:', 'a', '\n', 'h:5432:d:u'])('of 100,000 characters is read at once: %j', (piece) => {
    expect(findInPassfile(long(piece), { host: 'x', port: 1, database: 'x', user: 'x' })).toBeUndefined();
  });
});
