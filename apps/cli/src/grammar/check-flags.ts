import { InvalidValueError, UnknownFlagError } from '../usage-errors.ts';
import { isFlag } from './flag-words.ts';
import { nearestWord } from '@iron/errors';
import type { FlagWord } from './words.ts';

export function flagNamed(spelling: string, flags: readonly FlagWord[]): FlagWord | undefined {
  return flags.find(({ spellings }) => spellings.includes(spelling));
}

/**
 * Refuses flags that the command does not have, that come twice, and values that are missing or not wanted.
 *
 * @throws {UnknownFlagError | InvalidValueError}
 */
export function checkFlags(typed: readonly string[], flags: readonly FlagWord[], title: string): void {
  const seen = new Set<FlagWord>();
  for (const [index, word] of typed.entries()) {
    if (!isFlag(word)) continue;
    const [spelling = word, ...inline] = word.split('=');
    const flag = flagNamed(spelling, flags);
    if (!flag) throw unknownFlag(spelling, flags, title);
    if (seen.has(flag) && flag.value) throw new InvalidValueError(spelling, 'was given more than once');
    seen.add(flag);
    const next = typed[index + 1];
    if (!flag.value && inline.length > 0) throw new InvalidValueError(spelling, 'takes no value');
    if (flag.value && inline.length === 0 && (next === undefined || isFlag(next))) {
      throw missingValue(flag, spelling, next, flags);
    }
  }
}

function unknownFlag(spelling: string, flags: readonly FlagWord[], title: string): UnknownFlagError {
  const near = nearestWord(
    spelling,
    flags.flatMap((flag) => flag.spellings),
  );
  return new UnknownFlagError(spelling, title, near);
}

function missingValue(flag: FlagWord, spelling: string, next: string | undefined, flags: readonly FlagWord[]) {
  const hint =
    next && !flagNamed(next, flags) ? `A value that begins with a dash is written ${spelling}=${next}` : undefined;
  return new InvalidValueError(spelling, `needs ${flag.value}`, hint);
}
