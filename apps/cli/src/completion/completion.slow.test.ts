import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from '../iron-process.fixture.ts';

/** A folder with two files in it, and beside it the script of each shell. */
let terminal: Terminal;
let files: string;

beforeAll(async () => {
  terminal = openTerminal();
  files = join(terminal.folder, 'files');
  mkdirSync(files);
  for (const name of ['data.db', 'two words.db']) writeFileSync(join(files, name), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(terminal.folder, shell), (await terminal.here('completion', shell)).stdout);
  }
});
afterAll(() => terminal[Symbol.dispose]());

/** What was typed, the word under the cursor last, and all that is offered for it. */
const OFFERED: readonly (readonly [typed: readonly string[], offered: readonly string[]])[] = [
  [
    ['iron', 'u'],
    ['usage', 'users'],
  ],
  [
    ['iron', 'db', 're'],
    ['reset', 'reset-seed', 'restore'],
  ],
  [['iron', '--json', 'db', 'verif'], ['verify']],
  [['iron', 'db', 'migration', ''], ['new']],
  [['iron', 'db', 'verify', '--data'], ['--database']],
  [
    ['iron', 'db', 'verify', '--database', ''],
    ['data.db', 'two words.db'],
  ],
  [['iron', 'db', 'verify', 'tw'], ['two words.db']],
  [['iron', 'db', 'prune', '--keep', ''], []],
  [['iron', 'db', 'prune', '--keep', '3', '--d'], ['--database']],
  [
    ['iron', 'completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['iron', 'completion', 'bash', '--v'], ['--verbose']],
  [['iron', 'nonsense', 'db'], []],
];

/** The one shell, where the machine has it. What its script has to say is tested everywhere. */
function whereInstalled(shell: 'fish' | 'zsh'): string[] {
  return spawnSync(shell, ['--version']).status === 0 ? [shell] : [];
}

/** Fills in the variables that bash hands to a completion, and prints what it gets back. */
function askBash(words: readonly string[]): string[] {
  const script =
    `source ${terminal.folder}/bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _iron; ` +
    String.raw`printf '%s\n' "${'${COMPREPLY[@]}'}"`;
  const printed = execFileSync('bash', ['-c', script, 'bash', ...words], { cwd: files, encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

describe('the script', () => {
  const WORDS = ['tokens', 'rotate', 'limits', 'db', 'reset-seed', 'migration', 'doctor', 'serve'];
  const FLAGS = ['database', 'json', 'time-zone', 'tokens-per-day'];

  test.each(['bash', 'zsh', 'fish'])('for %s knows nouns, verbs, flags and their values', (shell) => {
    const script = readFileSync(join(terminal.folder, shell), 'utf8');
    const words = new Set(script.split(/[^\w-]+/).map((word) => word.replace(/^--/, '')));
    expect([...WORDS, ...FLAGS, 'ndjson'].filter((word) => !words.has(word))).toEqual([]);
  });
});

describe('bash', () => {
  test.each(OFFERED)('after %j offers %j', (typed, offered) => {
    expect(askBash(typed).toSorted()).toEqual(offered);
  });

  test('a value behind an equals sign is completed, which bash takes for a word', () => {
    expect(askBash(['iron', 'db', 'verify', '--database', '=', 'da'])).toEqual(['data.db']);
    expect(askBash(['iron', 'db', 'verify', '--database', '='])).toEqual(['data.db', 'two words.db']);
  });

  test('pressing the tabulator key completes what was typed', () => {
    const typed = `source ../bash; iron() { printf '[%s]' "$@"; }\niron db migratio\tn\t--fo\t.\niron db verify tw\t\n`;
    const { stdout } = spawnSync('bash', ['--norc', '--noprofile', '-i'], {
      cwd: files,
      input: typed,
      encoding: 'utf8',
    });

    expect(stdout).toContain('[db][migration][new][--folder][.]');
    expect(stdout).toContain('[db][verify][two words.db]');
  });
});

describe.each(whereInstalled('fish'))('%s', () => {
  test.each(OFFERED)('after %j offers %j', (typed, offered) => {
    const script = `source ${terminal.folder}/fish; complete -C '${typed.join(' ')}'`;
    const printed = execFileSync('fish', ['--no-config', '-c', script], { cwd: files, encoding: 'utf8' });
    const words = printed.split('\n').flatMap((line) => line.split('\t').slice(0, 1));

    expect(words.filter((word) => word !== '').toSorted()).toEqual(offered);
  });
});

describe.each(whereInstalled('zsh'))('%s', () => {
  test.each([
    ['iron db migratio\tn\t--fo\t', 'iron db migration new --folder='],
    ['iron --json db verif\ttw\t', String.raw`iron --json db verify two\ words.db `],
    ['iron db prune --keep 3 --d\tda\t', 'iron db prune --keep 3 --database=data.db '],
    ['iron completion f\t--ve\t', 'iron completion fish --verbose '],
  ])('completes %j to %j', (typed, completed) => {
    const script = `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source ../zsh"
      zpty -w shell 'show() { print -r -- "<$BUFFER>"; zle kill-whole-line }; zle -N show; bindkey "^X" show; print re""ady'
      zpty -r shell output '*ready*'
      zpty -w -n shell "$1"$'\\x18'
      zpty -r shell output '*<iron*>*'
      print -r -- $output`;
    const printed = execFileSync('zsh', ['-f', '-c', script, 'zsh', typed], { cwd: files, encoding: 'utf8' });

    expect(printed).toContain(`<${completed}>`);
  });
});
