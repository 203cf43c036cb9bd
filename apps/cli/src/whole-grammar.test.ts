import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { completionTree } from './completion/completion-tree.ts';
import type { Command, Noun } from './grammar/command.ts';
import { findCommand } from './grammar/find-command.ts';
import { helpFor } from './grammar/help.ts';
import { parseValues } from './grammar/parse-values.ts';
import { splitInput } from './grammar/split-input.ts';
import { argumentsOf, COMMON_FLAGS, flagsOf } from './grammar/words.ts';
import { iron } from './iron.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

interface Place {
  readonly title: string;
  readonly target: Command | Noun;
}

function placesOf(target: Command | Noun, title: string): Place[] {
  const below =
    target.kind === 'noun' ? target.children.flatMap((child) => placesOf(child, `${title} ${child.name}`)) : [];
  return [{ title, target }, ...below];
}

const PLACES = placesOf(iron, 'iron');
const COMMANDS = PLACES.flatMap(({ title, target }) => (target.kind === 'command' ? [{ title, command: target }] : []));

/** The words of an example, as a shell splits them; what it does with files and other programs is left out. */
function wordsOf(example: string): string[] {
  const [command = ''] = example.split(/ [<>|] /);
  return [...command.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** Finds the command that is typed, and parses what is typed behind it. */
function parse(words: readonly string[]): string {
  const { target, title, rest } = findCommand(iron, words);
  if (target.kind === 'noun') throw new TypeError(`${title} is no command`);
  const raw = splitInput(
    target,
    title,
    rest.filter((word) => word !== '--json'),
  );
  parseValues(target.arguments, raw.arguments);
  parseValues(target.flags, raw.flags, '--');
  return title;
}

test('the nouns are those that there should be, each with its commands', () => {
  expect(
    iron.children
      .map(({ name }) => name)
      .toSorted()
      .join(' '),
  ).toBe('agents audit completion config db doctor keys limits prices serve tokens traces usage users');
  expect(PLACES.filter(({ target }) => target.kind === 'noun' && target.children.length === 0)).toEqual([]);
});

describe.each(COMMANDS)('$title', ({ title, command }) => {
  test('has a summary of one line, and its words say what they are', () => {
    expect(command.summary).toMatch(/^[A-Z][^\n]{5,110}[^.\n]$/);
    const described = [...flagsOf(command), ...argumentsOf(command)].map(({ description }) => description);
    expect(described.filter((description) => description.length < 3)).toEqual([]);
  });

  test('has examples that can be typed, each of this command', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    expect(command.examples.map((example) => parse(wordsOf(example)))).toEqual(command.examples.map(() => title));
  });

  test('shows them in its help', () => {
    const help = helpFor(command, title, 'iron');
    expect(command.examples.filter((example) => !help.includes(`  iron ${example}\n`))).toEqual([]);
  });
});

test('examples of nouns can be typed, too', () => {
  const examples = PLACES.flatMap(({ target }) => (target.kind === 'noun' ? target.examples : []));
  expect(examples.length).toBeGreaterThan(PLACES.length - COMMANDS.length);
  for (const example of examples) expect(() => parse(wordsOf(example))).not.toThrow();
});

/** `usage reprice`, `iron db restore --last`: what stands between backquotes and begins like a command. */
function commandsIn(text: string, start: RegExp): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted).filter((quoted) => start.test(quoted));
}

test('commands that a help names exist', () => {
  const nouns = new RegExp(String.raw`^(${iron.children.map(({ name }) => name).join('|')})( |$)`);
  const texts = COMMANDS.flatMap(({ command }) => [
    command.summary,
    command.explanation ?? '',
    ...[...flagsOf(command), ...argumentsOf(command)].map(({ description }) => description),
  ]);
  const named = commandsIn(texts.join('\n'), nouns);
  expect(named.length).toBeGreaterThan(10);
  for (const command of named) expect(() => findCommand(iron, command.split(' '))).not.toThrow();
});

test('commands that a hint of any package names exist, with their flags', () => {
  const files = globSync('{packages,apps}/*/src/**/*.ts', {
    cwd: REPOSITORY,
    exclude: ['**/*.test.ts', '**/*.fixture.ts'],
  });
  const texts = files.map((file) => readFileSync(`${REPOSITORY}${file}`, 'utf8'));
  const named = new Set(texts.flatMap((text) => commandsIn(text, /^iron [a-z]/)));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((command) => !isKnown(command.split(' ').slice(1)))).toEqual([]);
});

/** Whether the words lead somewhere, and the flags are there; `${…}` stands for words that are known later. */
function isKnown(words: readonly string[]): boolean {
  try {
    const { target, rest } = findCommand(
      iron,
      words.filter((word) => !word.includes('$')),
    );
    const own = target.kind === 'command' ? flagsOf(target) : [];
    const known = [...own, ...COMMON_FLAGS].flatMap(({ spellings }) => spellings);
    return rest.every((word) => !word.startsWith('--') || known.includes(word));
  } catch {
    return false;
  }
}

test('a flag takes a value in every command or in none, so that a shell can tell', () => {
  const flags = completionTree(iron).flatMap((node) => node.flags);
  const valued = new Set(flags.filter(({ value }) => value).flatMap(({ spellings }) => spellings));
  const switches = new Set(flags.filter(({ value }) => !value).flatMap(({ spellings }) => spellings));
  expect([...valued].filter((spelling) => switches.has(spelling))).toEqual([]);
});
