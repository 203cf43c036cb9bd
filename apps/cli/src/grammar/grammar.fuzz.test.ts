import { cases, FUZZ_TIMEOUT_MS, long, oddText } from '@iron/test-program/fuzz';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { capturedContext } from '../captured-context.fixture.ts';
import { iron } from '../iron.ts';
import { run } from '../run.ts';
import type { Command, Noun } from './command.ts';
import { parseValues } from './parse-values.ts';
import { flagsOf } from './words.ts';

const TOKEN = `iron_live_${'Ab1'.repeat(16)}x`;

/** The whole grammar, whose commands say what was typed, and do nothing. */
function harmless(noun: Noun): Noun {
  return { ...noun, children: noun.children.map((child) => (child.kind === 'noun' ? harmless(child) : saying(child))) };
}

function saying(command: Command): Command {
  return {
    ...command,
    run: async (raw) => {
      parseValues(command.arguments, raw.arguments);
      parseValues(command.flags, raw.flags, '--');
      return { document: { raw }, text: () => 'done', exitCode: 0 };
    },
  };
}

const GRAMMAR = harmless(iron);

function commandsBelow(noun: Noun): Command[] {
  return noun.children.flatMap((child) => (child.kind === 'noun' ? commandsBelow(child) : [child]));
}

const COMMANDS = commandsBelow(iron);
const EXAMPLES = COMMANDS.flatMap(({ examples }) => examples.map((example) => example.split(' ')));
const FLAGS = [
  ...new Set(COMMANDS.flatMap(flagsOf).flatMap(({ spellings }) => spellings)),
  '--json',
  '--help',
  '-h',
  '-v',
];

const oddWord = fc
  .oneof(
    fc.constantFrom(...FLAGS, '--', '-', '--__proto__', '--constructor=1', '--json=', '--no-json', '-1', TOKEN),
    fc.tuple(fc.constantFrom(...FLAGS), oddText).map(([flag, value]) => `${flag}=${value}`),
    oddText,
  )
  .map((word) => word.replaceAll('\0', '')); // no argument of a process can hold it
const line = fc
  .tuple(fc.constantFrom(...EXAMPLES), fc.array(fc.tuple(fc.nat(), fc.nat(1), oddWord), { maxLength: 3 }))
  .map(([words, edits]) =>
    edits.reduce((typed, [place, removed, word]) => typed.toSpliced(place % (typed.length + 1), removed, word), words),
  );

const errorDocument = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

async function type(argv: readonly string[]) {
  const { context, stdout, stderr } = capturedContext();
  return { exitCode: await run(GRAMMAR, argv, context), stdout: stdout(), stderr: stderr() };
}

describe('whatever is typed', { timeout: FUZZ_TIMEOUT_MS }, () => {
  test('is understood, or refused as wrong usage by one document, which holds no token', async () => {
    const property = fc.asyncProperty(line, async (argv) => {
      const { exitCode, stdout, stderr } = await type(['--json', ...argv]);
      const document: unknown = JSON.parse(stdout);
      expect([0, 2]).toContain(exitCode);
      expect(stderr).toBe('');
      expect(exitCode === 0 || errorDocument.parse(document).error.code.startsWith('cli.')).toBe(true);
      expect(exitCode === 0 || !stdout.includes(TOKEN)).toBe(true);
    });
    await fc.assert(property, cases(1_000));
  });

  test('is answered in lines that do nothing to a terminal', async () => {
    const property = fc.asyncProperty(line, async (argv) => {
      const { stderr } = await type(argv);
      expect(stderr).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(stderr).not.toContain(TOKEN);
    });
    await fc.assert(property, cases(500));
  });

  test('arrives as the values that were typed, in either spelling', async () => {
    const value = oddText.map((text) => text.replaceAll('\0', ''));
    const property = fc.asyncProperty(value, value, fc.boolean(), async (name, user, isInline) => {
      fc.pre(isInline || !user.startsWith('-') || user === '-');
      const flag = isInline ? [`--user=${user}`] : ['--user', user];
      const { stdout, exitCode } = await type(['tokens', 'create', ...flag, `--name=${name}`, '--json']);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ raw: { arguments: {}, flags: { user, name } } });
    });
    await fc.assert(property, cases(500));
  });

  test.each(['a', '-', '--', '=', '--a=', ',', '1', '\u{202E}'])(
    'of 100,000 characters is answered at once: %j',
    async (piece) => {
      const text = long(piece);
      for (const argv of [
        [text],
        ['tokens', text],
        ['tokens', 'create', text],
        ['tokens', 'create', `--user=${text}`],
      ]) {
        expect([0, 2]).toContain((await type(argv)).exitCode);
      }
    },
  );
});
