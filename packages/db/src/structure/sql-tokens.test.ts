import { describe, expect, test } from 'vitest';
import { normalSql, readSqlTokens } from './sql-tokens.ts';

describe('normalSql', () => {
  test.each([
    ['case of words', 'SELECT Id FROM Users', 'select id from users'],
    ['white space', 'a\n\t  >=\r\n1', 'a >= 1'],
    ['spaces around symbols', 'a>=1 AND( b ||c)', 'a >= 1 and (b || c)'],
    ['comments', 'a /* > ( */ > -- less\n 1', 'a > 1'],
    ['a comment without an end', 'a > 1 /* and', 'a > 1'],
    ['quotes of names', '"a" + `B` + [c] + "main" . "t"', 'a + b + c + main.t'],
    ['a blob', "X'AB01' = x'ab01'", "x'ab01' = x'ab01'"],
    ['numbers', '1E5 + 0xFF + .5 + 1_000', '1e5 + 0xff + .5 + 1_000'],
  ])('does not tell apart what differs only in %s', (_, sql, normal) => {
    expect(normalSql(sql)).toBe(normal);
    expect(normalSql(normal)).toBe(normal);
  });

  test.each([
    ['strings', "a = 'X'", "a = 'x'"],
    ['white space in a string', "a = 'x  y'", "a = 'x y'"],
    ['a string and a name', `a = 'x'`, `a = "x"`],
    ['a quoted name that a bare one cannot be', '"a b" > 1', 'a b > 1'],
    ['a name and a value word', '"true" = 1', 'true = 1'],
    ['operators', 'a > = 1', 'a >= 1'],
    ['letters beyond ASCII, whose case counts', 'É > 1', 'é > 1'],
  ])('tells apart %s', (_, one, other) => {
    expect(normalSql(one)).not.toBe(normalSql(other));
  });

  test('reads doubled quotes as one', () => {
    expect(normalSql(`'it''s' = "a ""b""" || [c d]`)).toBe(`'it''s' = "a ""b""" || "c d"`);
  });
});

test('readSqlTokens() says where each token begins and whether a name was quoted', () => {
  expect(readSqlTokens('-- why\nSELECT "Id", ?1')).toEqual([
    { kind: 'word', text: 'select', offset: 7 },
    { kind: 'name', text: 'id', offset: 14 },
    { kind: 'symbol', text: ',', offset: 18 },
    { kind: 'variable', text: '?1', offset: 20 },
  ]);
});
