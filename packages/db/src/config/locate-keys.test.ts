import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateKeys } from './locate-keys.ts';

function lines(toml: string): string[] {
  return locateKeys(toml).map(({ path, line }) => `${line} ${path.join(' ')}`);
}

describe('locateKeys', () => {
  test('finds sections, dotted keys, quoted keys and keys in inline tables', () => {
    const toml = [
      '# a comment with [a section] and key = 1',
      'top = 1',
      'database.url = "x" # not ] the = end',
      'inline = { a = 1, "b.c" = [ 1, 2 ] }',
      '',
      '  [ database . "a b" ] # header',
      '\t"quoted # key" = "[test]"',
      '[[list]]',
      "'single' = {}",
    ].join('\r\n');

    expect(lines(toml)).toEqual([
      '2 top',
      '3 database url',
      '4 inline a',
      '4 inline b.c',
      '6 database a b',
      '7 database a b quoted # key',
      '8 list',
      '9 list single',
    ]);
  });

  test('counts a value over several lines from its first line', () => {
    const toml = 'a = """\n[b]\nc = 1\n"""\nd = [\n  1, # ]\n\n  2,\n]\ne = \'\'\'\n\n\'\'\'\nf = 1';
    expect(lines(toml)).toEqual(['1 a', '5 d', '10 e', '13 f']);
  });

  test('takes texts that begin or end with quotes, and brackets in texts and comments, for what they are', () => {
    const toml = 'a = """""[\n\\""""""\nb = [ # ]]\n  "]",\n]\nc = \'\'\'\'\'{\n\'\'\'\'\'\nd = "\\"["\ne = 1';
    expect(lines(toml)).toEqual(['1 a', '3 b', '6 c', '8 d', '9 e']);
  });

  test('finds the keys behind a value of very many lines, and a name of very many parts', () => {
    expect(lines(`a = [\n${'1,\n'.repeat(20_000)}]\nb = 1`)).toEqual(['1 a', '20003 b']);
    expect(locateKeys(`a${'.a'.repeat(20_000)} = 1\nb = 1`).map(({ line }) => line)).toEqual([1, 2]);
  });

  test('finds every key of any file on the line it was written on', () => {
    const value = fc.constantFrom(
      '1',
      'true',
      '"[a]\\n#"',
      "'''\n[b]\nx=1\n'''",
      '[\n1,\n[2]]',
      '{ in = { ner = 1 } }',
      '1979-05-27',
    );
    const gap = fc.constantFrom('', '\n', '# [x]\n', '\n  \n#=\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, fc.boolean(), value), { maxLength: 12 }), (statements) => {
        let toml = '';
        const expected: number[] = [];
        for (const [index, [before, isHeader, text]] of statements.entries()) {
          toml += before;
          expected.push(toml.split('\n').length);
          toml += isHeader ? `[section${index}]\n` : `key${index} = ${text}\n`;
        }
        expect(locateKeys(toml).map(({ line }) => line)).toEqual(expected);
      }),
    );
  });
});
