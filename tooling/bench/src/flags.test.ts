import { describe, expect, test } from 'vitest';
import { readFlags } from './flags.ts';
import { helpText } from './help.ts';
import { PARTS } from './parts.ts';

const read = (...words: string[]) => readFlags(words, PARTS);
const namesOf = (...words: string[]) => read(...words).parts.map(({ name }) => name);

describe('what pnpm bench measures', () => {
  test('is every part, in their order, when none is named', () => {
    expect(read()).toEqual({
      help: false,
      quick: false,
      parts: PARTS,
      withPeers: true,
      soak: undefined,
      json: undefined,
      plots: undefined,
    });
  });

  test('is the parts that are named, in their own order', () => {
    expect(namesOf('--only', 'tokens', '--only', 'verify', '--quick')).toEqual(['verify', 'tokens']);
  });

  test('is, in a quick run, what can be seen in moments, and what is named', () => {
    const leftOut = namesOf().filter((name) => !namesOf('--quick').includes(name));
    expect(leftOut).toEqual(['memory', 'processes', 'postgres-nodes']);
    expect(namesOf('--quick', '--only', 'memory')).toEqual(['memory']);
    expect(helpText(PARTS)).toContain(`Without ${leftOut.join(', ')}`);
  });

  test('is Iron alone where the peers are not to be installed', () => {
    expect(read('--without-peers').withPeers).toBe(false);
  });

  test('is every part under a name of its own, which the help shows', () => {
    const names = PARTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !helpText(PARTS).includes(`\n  ${name} `))).toEqual([]);
  });
});

describe('what makes no sense is refused:', () => {
  test('a part that there is not, with the names of those that there are', () => {
    expect(() => read('--only', 'everything')).toThrow(
      /^There is no part "everything"\. The parts are: .*\bverify, .*memory.*\.$/,
    );
  });

  test.each([
    ['an unknown flag', ['--fast'], "Unknown option '--fast'"],
    ['a word that belongs to no flag', ['verify'], "Unexpected argument 'verify'"],
    ['a file that is not named', ['--json'], "Option '--json <value>' argument missing"],
    ['half a minute under load', ['--soak', '0.5'], '--soak takes whole minutes, and not "0.5".'],
    ['parts beside the load', ['--soak', '1', '--only', 'verify'], '--soak goes without other flags.'],
    ['a file beside the load', ['--json=x', '--soak', '1'], '--soak goes without other flags.'],
  ])('%s', (_, words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});
