import { describe, expect, test } from 'vitest';
import { numberParameters } from './postgres-statements.ts';

describe('numberParameters', () => {
  test.each([
    ['SELECT 1', 'SELECT 1'],
    ['SELECT ?', 'SELECT $1'],
    ['VALUES (?, ?), (?, ?)', 'VALUES ($1, $2), ($3, $4)'],
    ["SELECT '?' WHERE text = ?", "SELECT '?' WHERE text = $1"],
    ["SELECT 'it''s ?' || ? || '?'", "SELECT 'it''s ?' || $1 || '?'"],
    ['SELECT "why?" FROM t WHERE x = ?', 'SELECT "why?" FROM t WHERE x = $1'],
    ['SELECT "a "" ?" FROM t WHERE x = ?', 'SELECT "a "" ?" FROM t WHERE x = $1'],
    ['SELECT ? -- really?\n, ?', 'SELECT $1 -- really?\n, $2'],
    ["SELECT ? -- it's\n, ?", "SELECT $1 -- it's\n, $2"],
    ['SELECT ? /* or ? */ + ?', 'SELECT $1 /* or ? */ + $2'],
  ])('%j is %j', (written, numbered) => {
    expect(numberParameters(written)).toBe(numbered);
    expect(numberParameters(written)).toBe(numbered);
  });
});
