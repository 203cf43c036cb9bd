import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellCommand } from './shell-command.ts';

test('a shell splits the pasted line into exactly the words that went in', () => {
  const words = [
    '/srv/dev_tokens.db',
    '',
    'two words',
    "it's",
    '"quoted"',
    '$HOME `id` !! \\ *?[a]{b,c}',
    '50%',
    '~/x',
    '#hash',
    'naïve 日本語',
    '-dash',
    "line\nbreak, \\n and '\u001b[31mred\u202e\u2028' 100%",
    'a;b|c&d>e',
  ];

  const line = shellCommand(['printf', String.raw`%s\0`, ...words]);

  expect(line).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
  expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
});

test('a word that needs no quotes has none', () => {
  expect(shellCommand(['pnpm', '--filter', 'cli', 'db', 'restore', '--last'])).toBe(
    'pnpm --filter cli db restore --last',
  );
});
