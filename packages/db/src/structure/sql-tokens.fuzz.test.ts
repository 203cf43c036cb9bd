import { cases, FUZZ_TIMEOUT_MS, long, nearly } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIndexDefinition, readTableDefinition } from './sql-definitions.ts';
import { normalSql, readSqlTokens } from './sql-tokens.ts';

const PIECES =
  `CREATE TABLE INDEX Users "a ""b" [c;d] \`e\` 'it''s' x'ab' 0xFF 1.5e-3 .5 1_000 ?1 :a -> ->> || <= <> == ( ) , ; main.t
 /*y*/ CHECK AS COLLATE NOCASE DESC ON CONFLICT ABORT DEFERRABLE INITIALLY DEFERRED WHERE NOT NULL É "true" "1"`.split(
    ' ',
  );
const wellSpelled = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(' '));
const sql = nearly(wellSpelled, 3);

describe('any SQL', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is split into tokens in order, with nothing but blanks and comments between them', () => {
    fc.assert(
      fc.property(sql, (text) => {
        const offsets = readSqlTokens(text).map(({ offset }) => offset);
        expect(offsets).toEqual([...new Set(offsets)].toSorted((one, other) => one - other));
        expect(readSqlTokens(text.slice(0, offsets[0] ?? text.length))).toEqual([]);
      }),
      cases(2_000),
    );
  });

  test('has one spelling, which is that of its spelling, too', () => {
    fc.assert(
      fc.property(wellSpelled, (text) => {
        const once = normalSql(text);
        expect(normalSql(once)).toBe(once);
        expect(readSqlTokens(once).map((token) => token.text)).toEqual(readSqlTokens(text).map((token) => token.text));
      }),
      cases(2_000),
    );
  });

  test('is read as the definition of a table or an index as far as it is one', () => {
    fc.assert(
      fc.property(sql, (text) => {
        expect(readTableDefinition(`CREATE TABLE t (${text}`)).toBeTypeOf('object');
        expect(readIndexDefinition(`CREATE INDEX i ON t (${text}`).terms).toBeInstanceOf(Array);
      }),
      cases(1_000),
    );
  });

  test.each(["'", '"', '[', '(', ',', ';', '/*', 'x ', 'a asc ', 'collate a ', '()'])(
    'of 100,000 characters is read at once: %j',
    (piece) => {
      const text = long(piece);
      expect(normalSql(text).length).toBeLessThanOrEqual(2 * text.length);
      expect(readTableDefinition(`CREATE TABLE t (${text})`)).toBeTypeOf('object');
      expect(readIndexDefinition(`CREATE INDEX i ON t (${text})`)).toBeTypeOf('object');
    },
  );
});
