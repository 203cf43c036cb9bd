import { describe, expect, test } from 'vitest';
import { iron } from '../iron.ts';
import type { Command, Noun } from './command.ts';
import { findCommand } from './find-command.ts';
import { parseValues } from './parse-values.ts';
import { splitInput } from './split-input.ts';

interface Example {
  /** What it is an example of: `iron tokens create`. */
  readonly of: string;
  readonly line: string;
}

function examplesOf(target: Command | Noun, title: string): Example[] {
  const own = target.examples.map((line) => ({ of: title, line }));
  const children = target.kind === 'noun' ? target.children : [];
  return [...own, ...children.flatMap((child) => examplesOf(child, `${title} ${child.name}`))];
}

/** As a shell splits it: quoted words are one, and what stands after `<`, `>` or `|` is not the command's. */
function wordsOf(line: string): string[] {
  const [typed = ''] = line.split(/ [<>|] /);
  return [...typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const EXAMPLES = examplesOf(iron, 'iron');

describe('an example of the help can be typed as it stands', () => {
  test.each(EXAMPLES)('$of: $line', ({ of, line }) => {
    const { target, title, rest } = findCommand(iron, wordsOf(line));
    expect(title.startsWith(of)).toBe(true);
    if (target.kind === 'noun') return;
    const input = splitInput(target, title, rest);
    parseValues(target.arguments, input.arguments);
    parseValues(target.flags, input.flags, '--');
  });
});
