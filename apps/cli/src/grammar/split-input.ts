import { cac } from 'cac';
import { MissingArgumentError, SecretArgumentError, UnexpectedArgumentError } from '../usage-errors.ts';
import { argumentsOf, COMMON_FLAGS, flagsOf, type FlagWord } from './words.ts';
import { checkFlags, flagNamed } from './check-flags.ts';
import type { Command, RawInput } from './command.ts';
import { isFlag, splitAtEnd } from './flag-words.ts';

/** No argument of a process can hold it, so it marks a value without changing its meaning. */
const MARK = '\u0000';

/**
 * Splits what follows the verb into arguments and flags.
 *
 * cac does the splitting. Alone it would turn `007` into 7 and `''` into 0, take the `true` of `--json true` and
 * whatever follows `--dry-run` for a value, and ignore `--__proto__`. So flags are checked before it sees them and
 * handed over by their keys, and values carry a mark that keeps them text.
 */
export function splitInput(command: Command, title: string, typed: readonly string[]): RawInput {
  const own = flagsOf(command);
  const flags = [...own, ...COMMON_FLAGS];
  const { before, after } = splitAtEnd(typed);
  checkFlags(before, flags, title);

  const cli = cac(title);
  const declared = cli.command(command.name, command.summary);
  for (const { key, value = '' } of flags) declared.option(`--${key} ${value}`, '');
  const parsed = cli.parse(['node', 'iron', command.name, ...markValues(before, flags)], { run: false });

  const options: Record<string, unknown> = parsed.options;
  const words = [...parsed.args.map(unmark), ...after];
  return { arguments: nameArguments(command, words, title), flags: pickFlags(own, options) };
}

function markValues(typed: readonly string[], flags: readonly FlagWord[]): string[] {
  return typed.map((word) => {
    if (!isFlag(word)) return MARK + word;
    const [spelling = '', ...value] = word.split('=');
    const key = flagNamed(spelling, flags)?.key ?? '';
    return value.length === 0 ? `--${key}` : `--${key}=${MARK}${value.join('=')}`;
  });
}

function unmark(word: unknown): string {
  return String(word).replace(MARK, '');
}

function pickFlags(flags: readonly FlagWord[], options: Record<string, unknown>): Record<string, string | true> {
  return Object.fromEntries(
    flags
      .filter((flag) => options[flag.key] !== undefined)
      .map((flag) => [flag.key, flag.value === undefined ? true : unmark(options[flag.key])]),
  );
}

function nameArguments(command: Command, words: readonly string[], title: string) {
  const expected = argumentsOf(command);
  const surplus = words[expected.length];
  if (surplus !== undefined && command.readsSecret) throw new SecretArgumentError(title);
  if (surplus !== undefined) throw new UnexpectedArgumentError(surplus, title);
  const missing = expected[words.length];
  if (missing?.required) throw new MissingArgumentError(missing.usage, title);
  return Object.fromEntries(words.map((word, index) => [expected[index]?.name ?? '', word]));
}
