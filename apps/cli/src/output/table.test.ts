import { expect, test } from 'vitest';
import { pairs, table } from './table.ts';

const plain = (_format: unknown, text: string) => text;

test('columns are aligned, numbers to the right, with no line and no trailing space', () => {
  const rows = [
    ['users', 3, 'seeded'],
    ['token_usage', 1200, null],
    ['日本語', 7, 'wide letters'],
  ];
  expect(table(['table', 'rows', ''], rows, plain)).toBe(
    ['table        rows', 'users           3  seeded', 'token_usage  1200', '日本語          7  wide letters'].join(
      '\n',
    ),
  );
});

test('dollars are aligned to the right too', () => {
  expect(
    table(
      ['model', 'cost'],
      [
        ['a', '$120.00'],
        ['b', '-$1.50'],
        ['c', null],
      ],
      plain,
    ),
  ).toBe('model     cost\na      $120.00\nb       -$1.50\nc');
});

test('what a cell holds cannot break the table or the terminal', () => {
  expect(table(['name'], [['a\nb\u001b[31m'], [true], [null]], plain)).toBe('name\na\\nb\\u001b[31m\ntrue\n');
});

test('a table without rows is its heading', () => {
  expect(table(['name', 'rows'], [], plain)).toBe('name  rows');
});

test('pairs have their values aligned, also with those of other pairs', () => {
  expect(
    pairs(
      [
        ['journal', 'wal'],
        ['usage records', 4096],
      ],
      plain,
    ),
  ).toBe('journal        wal\nusage records  4096');
});
