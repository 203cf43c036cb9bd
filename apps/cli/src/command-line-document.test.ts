import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Command, Noun } from './grammar/command.ts';
import { iron } from './iron.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');

/** Each command of the grammar as a row of the table: `tokens create`, and what it does. */
function rowsOf(target: Command | Noun, words: readonly string[]): string[][] {
  if (target.kind === 'command') return [[`\`${words.join(' ')}\``, target.summary]];
  return target.children.flatMap((child) => rowsOf(child, [...words, child.name]));
}

test('the guide to the command line lists every command there is, as its help does', () => {
  const [, section = ''] = DOCUMENT.split('\n## All commands\n');
  const listed = [...section.matchAll(/^\| (`[a-z -]+`) +\| (.*?) +\|$/gm)].map(([, command, what]) => [command, what]);
  expect(listed).toEqual(rowsOf(iron, []));
});
