import * as fc from 'fast-check';

const USUAL_RUNS = 25;
const { FUZZ_RUNS = USUAL_RUNS, FUZZ_SEED } = process.env;
const MORE = Number(FUZZ_RUNS) / USUAL_RUNS;

/** What a test of properties may take that `FUZZ_RUNS` can make longer. */
export const FUZZ_TIMEOUT_MS = 20_000 * Math.max(1, MORE);

/** So many cases of a property, or as many times more as `FUZZ_RUNS` says; those of `FUZZ_SEED`, where one is to be seen again. */
export function cases(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return { numRuns: Math.ceil(usual * MORE), ...(FUZZ_SEED !== undefined && { seed: Number(FUZZ_SEED) }) };
}

const SIGNS = '% / \\ " \' ` $ # : ; @ = & ? | , . * ( ) { } [ ] <'.split(' ');
const MARKS = '%00 %zz %C0%AF %2e .. -- /* */ == """ \'\'\' ${x}'.split(' ');
const WORDS = '__proto__ constructor toString null true NaN -0 007 1e999 0x10 1_000 9007199254740993'.split(' ');
const BLANKS = Array.from([0, 9, 10, 13, 32, 0x200b, 0x200d, 0x202e, 0x2028, 0x2066, 0xfeff], (code) =>
  String.fromCharCode(code),
);
const LETTERS = ['', '\u{D800}', '\u{DC00}', '\u{FFFD}', '💥', 'ﬀ', 'İ', 'e\u{301}'];

/** Texts that parsers are known to trip over, and any others, halves of surrogate pairs among them. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...SIGNS, ...MARKS, ...WORDS, ...BLANKS, ...LETTERS, '9'.repeat(400)),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 8 }),
);

const edit = fc.record({ at: fc.nat(), removed: fc.nat(4), put: fc.oneof(fc.constant(''), oddText) });

/** Texts of a grammar with up to so many changes: something left out, and something odd in its place. */
export function nearly(valid: fc.Arbitrary<string>, most = 2): fc.Arbitrary<string> {
  return fc.tuple(valid, fc.array(edit, { maxLength: most })).map(([text, edits]) =>
    edits.reduce((edited, { at, removed, put }) => {
      const place = at % (edited.length + 1);
      return edited.slice(0, place) + put + edited.slice(place + removed);
    }, text),
  );
}

/** A text of 100,000 characters: who needs the square of that many steps does not end in time. */
export function long(piece: string): string {
  return piece.repeat(Math.ceil(100_000 / piece.length));
}
