import { describe, expect, test } from 'vitest';
import { IronError } from '@iron/errors';
import { z } from 'zod';
import type { Noun } from './grammar/command.ts';
import { defineCommand } from './grammar/define-command.ts';
import { run } from './run.ts';
import { capturedContext } from './captured-context.fixture.ts';

class CakeBurntError extends IronError {
  readonly code = 'cake.burnt';
  constructor() {
    super('The cake is burnt.', { hint: 'Bake another with `iron cake bake`.', details: { minutes: 90 } });
  }
}

const bake = defineCommand({
  name: 'bake',
  summary: 'Bake a cake',
  arguments: {
    flavour: z.string().meta({ description: 'What it tastes of' }),
    name: z.string().optional().meta({ description: 'Whose it is' }),
  },
  flags: {
    layers: z
      .string()
      .regex(/^\d+$/, 'must be a whole number')
      .optional()
      .meta({ value: '<count>', description: 'How high' }),
    topping: z.string().optional().meta({ value: '<text>', description: 'What lies on it' }),
    dryRun: z.literal(true).optional().meta({ description: 'Only say what would be baked' }),
  },
  examples: ['cake bake lemon --layers 3'],
  run: async ({ arguments: words, flags }, { announce }) => {
    announce('The oven is hot.');
    if (words.flavour === 'burnt') throw new CakeBurntError();
    if (words.flavour === 'bug') throw new TypeError('undefined is not a cake');
    return { document: { ...words, ...flags }, text: () => `A ${words.flavour} cake`, exitCode: 0 };
  },
});
const order: Noun = {
  kind: 'noun',
  name: 'order',
  summary: 'Orders',
  examples: [],
  children: [{ ...bake, name: 'new' }],
};
const cake: Noun = { kind: 'noun', name: 'cake', summary: 'Cakes', examples: [], children: [bake, order] };
const grammar: Noun = {
  kind: 'noun',
  name: 'iron',
  summary: 'A bakery',
  examples: ['cake bake plum'],
  children: [cake],
};

async function type(...argv: string[]) {
  const captured = capturedContext();
  const exitCode = await run(grammar, argv, captured.context);
  return { exitCode, stdout: captured.stdout(), stderr: captured.stderr() };
}

async function typeJson(...argv: string[]): Promise<unknown> {
  const { stdout } = await type('--json', ...argv);
  return JSON.parse(stdout);
}

describe('what is typed arrives as typed', () => {
  test.each([
    ['a number with leading zeros', ['007', '0x10'], { flavour: '007', name: '0x10' }],
    ['an empty word', ['', ' '], { flavour: '', name: ' ' }],
    ['words that mean something elsewhere', ['true', 'null'], { flavour: 'true', name: 'null' }],
    ['a flag value that is a number', ['a', '--topping', '1e3'], { flavour: 'a', topping: '1e3' }],
    ['an inline flag value', ['a', '--topping=00=0'], { flavour: 'a', topping: '00=0' }],
    ['an empty flag value', ['a', '--topping', ''], { flavour: 'a', topping: '' }],
    ['an empty inline flag value', ['a', '--topping=', 'b'], { flavour: 'a', topping: '', name: 'b' }],
    ['an inline value that begins with a dash', ['a', '--topping=--json'], { flavour: 'a', topping: '--json' }],
    ['an argument after a switch', ['--dry-run', '1.0', 'b'], { flavour: '1.0', name: 'b', dryRun: true }],
    ['arguments after --', ['--', '--help', '--json'], { flavour: '--help', name: '--json' }],
    ['a single dash', ['-', '--topping', '-'], { flavour: '-', topping: '-' }],
    ['names of object properties', ['__proto__', 'constructor'], { flavour: '__proto__', name: 'constructor' }],
  ])('%s', async (_, words, expected) => {
    expect(await typeJson('cake', 'bake', ...words)).toEqual(expected);
  });

  test('a switch may stand before the noun and the verb, and two words lead to a verb too', async () => {
    expect(await typeJson('cake', '--verbose', 'order', 'new', 'plum')).toEqual({ flavour: 'plum' });
  });
});

describe('what is not understood changes nothing and ends with 2', () => {
  test.each([
    [['cak'], 'cli.unknown_command', 'Did you mean `iron cake`?'],
    [['cake', 'bakee'], 'cli.unknown_command', 'Did you mean `iron cake bake`?'],
    [['bake'], 'cli.unknown_command', 'Did you mean `iron cake bake`?'],
    [['cake', 'ordr', 'new'], 'cli.unknown_command', 'Did you mean `iron cake order`?'],
    [['cake', '007'], 'cli.unknown_command', 'See `iron cake --help`.'],
    [['cake'], 'cli.missing_command', 'One of: bake, order. See `iron cake --help`.'],
    [['--layers', 'cake', 'bake'], 'cli.misplaced_flag', 'Flags come after it: `iron <command> --layers`.'],
    [['cake', 'bake', 'a', '--layer', '3'], 'cli.unknown_flag', 'Did you mean `--layers`?'],
    [['cake', 'bake', 'a', '--nothing-like-it'], 'cli.unknown_flag', 'See `iron cake bake --help`.'],
    [['cake', 'bake', 'a', '--__proto__=1'], 'cli.unknown_flag', 'See `iron cake bake --help`.'],
    [['cake', 'bake', 'a', '--no-dry-run'], 'cli.unknown_flag', 'Did you mean `--dry-run`?'],
    [['cake', 'bake', 'a', '-dry-run'], 'cli.unknown_flag', 'Did you mean `--dry-run`?'],
    [['cake', 'bake', 'a', '--dryRun'], 'cli.unknown_flag', 'Did you mean `--dry-run`?'],
    [['cake', 'bake', 'a', '--dry-run=false'], 'cli.invalid_value', null],
    [['cake', 'bake', 'a', '--layers'], 'cli.invalid_value', null],
    [
      ['cake', 'bake', 'a', '--layers', '-1'],
      'cli.invalid_value',
      'A value that begins with a dash is written --layers=-1',
    ],
    [['cake', 'bake', 'a', '--layers', '1', '--layers=2'], 'cli.invalid_value', null],
    [['cake', 'bake', 'a', '--layers', '1.5'], 'cli.invalid_value', null],
    [['cake', 'bake'], 'cli.missing_argument', 'See `iron cake bake --help`.'],
    [
      ['cake', 'bake', 'a', 'b', 'c'],
      'cli.unexpected_argument',
      'See `iron cake bake --help`. A path with spaces needs quotes.',
    ],
  ])('iron %j', async (argv, code, hint) => {
    const { exitCode, stdout } = await type('--json', ...argv);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code, hint } });
  });

  test('the value that was refused is shown as it was typed', async () => {
    const { stderr } = await type('cake', 'bake', 'a', '--layers', '007x');
    expect(stderr).toBe('Error: --layers: must be a whole number, not "007x".\n');
  });
});

describe('a token at a wrong place is not named in the error', () => {
  const token = `iron_live_${'0aZ'.repeat(16)}x`;
  test.each([
    [['cake', 'bake', 'a', 'b', token]],
    [['cake', token]],
    [['cake', 'bake', 'a', `--${token}`]],
    [['cake', 'bake', 'a', '--layers', token]],
    [['cake', 'bake', 'a', '--layers', token.slice(0, -1)]],
  ])('%#', async (argv) => {
    const said = [await type(...argv, '--verbose'), await type(...argv, '--json')];
    expect(JSON.stringify(said)).toContain('iron_live_…');
    expect(JSON.stringify(said)).not.toContain('0aZ');
  });
});

describe('errors', () => {
  test('a failure goes to stderr with its hint, after what was already said, and ends with 1', async () => {
    expect(await type('cake', 'bake', 'burnt')).toEqual({
      exitCode: 1,
      stdout: 'The oven is hot.\n',
      stderr: 'Error: The cake is burnt.\nBake another with `iron cake bake`.\n',
    });
  });

  test('as JSON it is the one document on stdout', async () => {
    const { exitCode, stdout, stderr } = await type('--json', 'cake', 'bake', 'burnt');

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'cake.burnt',
        message: 'The cake is burnt.',
        hint: 'Bake another with `iron cake bake`.',
        details: { minutes: 90 },
      },
    });
  });

  test('a stack trace is printed with --verbose only, also for an error that nobody foresaw', async () => {
    const quiet = await type('cake', 'bake', 'bug');
    const verbose = await type('cake', 'bake', 'bug', '--verbose');

    expect(quiet.stderr).not.toContain('    at ');
    expect(quiet.stderr).toMatch(/^Error: undefined is not a cake\n.*--verbose/);
    expect(verbose.stderr).toMatch(/TypeError: undefined is not a cake\n {4}at /);
    expect([quiet.exitCode, verbose.exitCode]).toEqual([1, 1]);
  });
});

describe('help', () => {
  test('a verb shows its usage, arguments, flags and an example, whatever else was typed', async () => {
    const { exitCode, stdout } = await type('cake', 'bake', '--nonsense', '--help');

    expect(exitCode).toBe(0);
    expect(stdout).toBe(`Bake a cake

Usage:
  iron cake bake <flavour> [name] [flags]

Arguments:
  <flavour>  What it tastes of
  [name]     Whose it is

Flags:
  --layers <count>  How high
  --topping <text>  What lies on it
  --dry-run         Only say what would be baked
  --json            Print one JSON document on stdout and nothing else there
  --verbose         Print the stack trace of an error
  -h, --help        Print this help

Examples:
  iron cake bake lemon --layers 3

Exit codes:
  0 done, 1 failed or a check found something, 2 wrong usage
`);
  });

  test('a noun lists its verbs, those of two words included', async () => {
    const { exitCode, stdout } = await type('cake', '-h');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('  bake <flavour> [name]       Bake a cake\n  order new <flavour> [name]  Bake a cake\n');
  });

  test('nothing at all and --help are the same, and as JSON they are one document', async () => {
    const [nothing, help] = [await type(), await type('--help')];

    expect(nothing).toEqual(help);
    expect(await typeJson('--help')).toEqual({ help: help.stdout.trimEnd() });
  });

  test('--version prints the version of the package', async () => {
    expect((await type('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
