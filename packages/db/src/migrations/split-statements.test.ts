import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSqlTokens } from '../structure/sql-tokens.ts';
import { splitStatements } from './split-statements.ts';

function split(sql: string): string[] {
  return splitStatements(sql).map((statement) => statement.sql);
}

describe('splitStatements', () => {
  test('splits at semicolons, and says on which line each statement begins', () => {
    const sql = '-- why\nSELECT 1;\n\n  SELECT\n  2; /* a\ncomment */ SELECT 3;';
    expect(splitStatements(sql).map(({ line, sql: text }) => [line, text])).toEqual([
      [2, 'SELECT 1;'],
      [4, 'SELECT\n  2;'],
      [6, 'SELECT 3;'],
    ]);
  });

  test('says the line of each of very many statements', () => {
    const lines = splitStatements('\nSELECT 1;'.repeat(20_000)).map(({ line }) => line);
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 2));
  });

  test('takes the last statement without its semicolon', () => {
    expect(split('SELECT 1; SELECT 2')).toEqual(['SELECT 1;', 'SELECT 2']);
  });

  test.each(['', ' \n', '-- only a comment', '/* and another ; */', ';', ' ; -- x\n ; '])(
    'finds nothing in %j',
    (sql) => {
      expect(split(sql)).toEqual([]);
    },
  );

  test.each([
    ["INSERT INTO t VALUES (';');"],
    ["INSERT INTO t VALUES ('it''s; -- not a comment');"],
    ['SELECT "a;b", `c;d`, [e;f] FROM t;'],
    ['SELECT 1 -- one; two\n + 1;'],
    ['SELECT 1 /* one; two */ + 1;'],
    ["SELECT 'a /* b' + 1; "],
    ["SELECT x'3b3b';"],
  ])('does not split at the semicolon in %j', (sql) => {
    expect(split(`${sql} SELECT 2;`)).toEqual([sql.trim(), 'SELECT 2;']);
  });

  test.each([
    ['CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END;'],
    ['create temp trigger g after insert on t begin select 1; end;'],
    ['CREATE TEMPORARY TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;'],
    ['CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END;'],
    ['CREATE TRIGGER g AFTER INSERT ON t WHEN CASE 1 WHEN 1 THEN 1 END BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END;'],
    ['CREATE TRIGGER g AFTER UPDATE OF end ON t BEGIN SELECT NEW.end; SELECT OLD.begin; END;'],
    ["CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no; END; never'); END;"],
    ['CREATE TRIGGER "begin" AFTER INSERT ON t BEGIN INSERT INTO t VALUES (1); -- ; END;\n END ;'],
  ])('takes a trigger as one statement: %s', (sql) => {
    expect(split(`SELECT 1; ${sql} SELECT 2;`)).toEqual(['SELECT 1;', sql, 'SELECT 2;']);
  });

  test.each([
    ['CREATE TABLE t (begin INTEGER, "end" INTEGER, x INTEGER DEFAULT (CASE WHEN 1 THEN 2 END)) STRICT;'],
    ['CREATE INDEX trigger ON t (end);'],
    ['CREATE VIEW v AS SELECT CASE a WHEN 1 THEN begin ELSE end END FROM t;'],
    ['END;'],
    ['BEGIN;'],
  ])('does not take for a trigger what is none: %s', (sql) => {
    expect(split(`${sql} SELECT 2;`)).toEqual([sql, 'SELECT 2;']);
  });

  test('takes a trigger without an end for all that follows, and loses none of it', () => {
    const sql = 'CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2;';
    expect(split(sql)).toEqual([sql]);
  });
});

/** Pieces out of which SQL of every kind, also wrong SQL, is put together. */
const PIECES =
  `CREATE TRIGGER TEMP TABLE BEGIN END CASE WHEN SELECT name "end" [a;b] \`x;\` ';' 'it''s' 'open "open -- ;
   ; /*;*/ /* ( ) , 1.5`.split(' ');

describe('for any text splitStatements', () => {
  const anySql = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(' ')),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );

  test('loses no token, adds none and keeps their order', () => {
    fc.assert(
      fc.property(anySql, (sql) => {
        const all = readSqlTokens(sql);
        const kept = splitStatements(sql).flatMap(({ tokens }) => tokens);
        const offsets = new Set(kept.map(({ offset }) => offset));
        expect(kept).toEqual(all.filter(({ offset }) => offsets.has(offset)));
        expect(all.filter(({ offset, text }) => !offsets.has(offset) && text !== ';')).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('cuts the text itself: each statement stands there, in order, and between them is nothing to run', () => {
    fc.assert(
      fc.property(anySql, (sql) => {
        let from = 0;
        for (const statement of splitStatements(sql)) {
          const start = statement.tokens[0]?.offset ?? -1;
          expect(sql.startsWith(statement.sql, start)).toBe(true);
          expect(readSqlTokens(sql.slice(from, start)).every(({ text }) => text === ';')).toBe(true);
          expect(statement.line).toBe(sql.slice(0, start).split('\n').length);
          from = start + statement.sql.length;
        }
        expect(readSqlTokens(sql.slice(from)).every(({ text }) => text === ';')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('finds the same statements again in what it found', () => {
    fc.assert(
      fc.property(anySql, (sql) => {
        const once = split(sql);
        expect(split(once.join('\n'))).toEqual(once);
      }),
      { numRuns: 1_000 },
    );
  });
});
