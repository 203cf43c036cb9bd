import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../../iron-process.fixture.ts';
import { textMatching } from '../../matchers.fixture.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const LIST = {
  'in-house/small': { litellm_provider: 'in-house', input_cost_per_token: 1e-7, output_cost_per_token: 4e-7 },
  'in-house/free': { litellm_provider: 'in-house' },
};

/** With one price of its own, `override@1`. */
let terminal: Terminal;

beforeAll(async () => {
  terminal = openTerminal({ now: () => NOON });
  await terminal.here('db', 'reset');
  await terminal.here(
    'prices',
    'set',
    'In-House',
    'large',
    '--input',
    '0.25',
    '--output',
    '1.00',
    '--per-request',
    '0.005',
  );
});
afterAll(() => terminal[Symbol.dispose]());

describe('prices show', () => {
  test('says what a model costs a million tokens, above which size it costs more, and which list says so', async () => {
    expect((await terminal.here('prices', 'show', 'google', 'gemini-2.5-pro')).stdout)
      .toBe(`Model          google gemini-2.5-pro
At             2026-03-01 12:00:00 UTC
From           genai-prices, version genai-prices@0.1.8

a million tokens   costs  over 200000
input              $1.25        $2.50
cached input      $0.125        $0.25
cache write        $1.25        $2.50
audio input        $1.25        $2.50
cached audio      $0.125        $0.25
output            $10.00       $15.00
reasoning         $10.00       $15.00
audio output      $10.00       $15.00
`);
  });

  test('shows what was set as it was typed, and what that is a part of', async () => {
    expect((await terminal.here('prices', 'show', 'in-house', 'large')).stdout).toBe(`Model          in-house large
At             2026-03-01 12:00:00 UTC
From           override, version override@1
A request      $0.005

a million tokens  costs
input             $0.25
cached input      $0.25
cache write       $0.25
audio input       $0.25
cached audio      $0.25
output            $1.00
reasoning         $1.00
audio output      $1.00
`);
    expect(await terminal.json('prices', 'show', 'in-house', 'large', '--at', '1d')).toMatchObject({
      at: NOON - 86_400_000,
      price: { base: { input: 250_000, output: 1_000_000 }, perRequest: 5_000_000_000 },
      usd: { base: { input: '0.25', output: '1' }, perRequest: '0.005' },
    });
  });

  test('an unknown price is no zero', async () => {
    expect(await terminal.hereWith({ program: ['iron'] }, 'prices', 'show', 'nobody', 'knows')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'Error: No price is known for the model "knows" of "nobody" at 2026-03-01T12:00:00.000Z.\n' +
        'Set one (`iron prices set`, `POST /api/prices/overrides`), or import a list that has it. An unknown price is not ' +
        'zero.\n',
    });
  });
});

describe('prices set and unset', () => {
  test('begin and end what a model costs', async () => {
    const model = ['fable', 'one'];
    const rates = ['--input', '3', '--cached-input', '0.3', '--output', '15', '--reasoning', '20', '--from', '30d'];
    expect((await terminal.here('prices', 'set', ...model, ...rates)).stdout).toMatch(
      /^Version {8}override@\d+\nSource {9}override\nMade {11}2026-03-01 12:00:00 UTC\n$/,
    );

    expect(await terminal.here('prices', 'show', ...model)).toMatchObject({ exitCode: 1 });
    const later = await terminal.json('prices', 'show', ...model, '--at', '2026-04-01');
    expect(later).toMatchObject({ usd: { base: { input: '3', cachedInput: '0.3', output: '15', reasoning: '20' } } });
    expect(await terminal.json('prices', 'unset', ...model)).toMatchObject({ source: 'override' });
    expect(await terminal.here('prices', 'show', ...model, '--at', '2026-04-01')).toMatchObject({ exitCode: 1 });
    expect((await terminal.here('prices', 'unset', ...model)).stderr).toContain(
      'No override is set for the model "one"',
    );
  });

  test.each([
    [['a', 'b', '--output', '1'], 2, '--input: is missing.'],
    [
      ['a', 'b', '--input', '$1', '--output', '1'],
      2,
      '--input: must be US dollars a million tokens, such as 0.25, not "$1".',
    ],
    [['a', 'b', '--input', '1e-3', '--output', '1'], 2, '--input: must be US dollars'],
    [['a', 'b', '--input', '0.0000025', '--output', '1'], 1, 'has more than 6 decimals'],
    [['a', '--input', '1', '--output', '1'], 2, 'needs <model>'],
  ])('%j is refused with %i', async (words, exitCode, said) => {
    const refused = await terminal.here('prices', 'set', ...words);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(said);
  });
});

describe('prices import', () => {
  test('takes a list from a file or from stdin, and says what of it has no price', async () => {
    const text = JSON.stringify(LIST);
    writeFileSync(join(terminal.folder, 'list.json'), text);

    expect((await terminal.here('prices', 'import', 'litellm', './list.json')).stdout).toMatch(
      /^Version {8}litellm@[0-9a-f]{8}\nModels {9}1\nWithout price {2}in-house\/free\n$/,
    );
    const again = await terminal.hereWith({ stdin: text }, 'prices', 'import', 'litellm', '-');
    expect(again.stdout).toMatch(/^Version {8}litellm@\w+: this list was imported before, and nothing has changed\n/);
    expect(await terminal.json('prices', 'show', 'in-house', 'small')).toMatchObject({ source: 'litellm' });
  });

  test.each([
    [['other', 'list.json'], '', 2, 'source: must be one of litellm, models.dev, not "other".'],
    [['litellm', 'none.json'], '', 1, 'none.json: there is none.'],
    [['litellm', '-'], 'not json', 1, 'What is in stdin is not JSON.'],
    [['litellm', '-'], '{"m":{"litellm_provider":"x","input_cost_per_token":-1}}', 1, 'm'],
    [['models.dev', '-'], '[]', 1, ''],
  ])('%j with %j on stdin is refused with %i', async (words, stdin, exitCode, said) => {
    const refused = await terminal.hereWith({ stdin }, 'prices', 'import', ...words);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toMatch(/^Error: /);
    expect(refused.stderr).toContain(said);
  });
});

describe('prices books and book', () => {
  test('show every version that was ever valid, and the prices in it', async () => {
    const { stdout } = await terminal.here('prices', 'books');
    expect(stdout.split('\n')[0]).toBe('version           source    made');
    expect(stdout).toMatch(/\noverride@1 +override +2026-03-01 12:00:00 UTC\n$/);

    expect((await terminal.here('prices', 'book', 'override@1')).stdout).toBe(`Version        override@1
Source         override
Made           2026-03-01 12:00:00 UTC

provider  model  from    input  output
in-house  large  always  $0.25   $1.00
`);
    expect(await terminal.json('prices', 'book', 'override@1')).toMatchObject({
      version: 'override@1',
      prices: [{ provider: 'in-house', models: [{ model: 'large', prices: [{ input: 250_000, output: 1_000_000 }] }] }],
    });
    expect((await terminal.here('prices', 'book', 'override@99')).stderr).toEqual(textMatching('override@99'));
  });
});
