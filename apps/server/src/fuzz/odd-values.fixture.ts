import * as fc from 'fast-check';

/** Looks like a token of Iron's; no answer may say it again. */
export const PLANTED_TOKEN = `iron_dev_${'planted'.repeat(7)}`;

/** Texts that programs are known to trip over. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\u{D800}',
    'x\u{DFFF}y',
    '\u{202E}',
    '\u{FEFF}',
    '\n',
    '\r\nX-Injected: 1',
    '💥',
    'null',
    'true',
    '-0',
    '1e999',
    '9007199254740993',
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%',
    "'; DROP TABLE users; --",
    '{"$gt":""}',
    '*',
    PLANTED_TOKEN,
    `Bearer ${PLANTED_TOKEN}`,
    'a'.repeat(201),
    'ä'.repeat(501),
    'a'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-composite', maxLength: 40 }),
);

const oddNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    -1,
    0,
    -0,
    0.5,
    -0.1,
    1e21,
    1e308,
    -1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    -(2 ** 53),
    2 ** 63,
    8.64e15 + 1,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any value of JSON, those that are odd rather often. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: oddNumber },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { a: {} }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(oddText, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(nested(100), nested(1_000)) },
);

/** A list in a list in a list … */
function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner) => [inner], [] as unknown);
}
