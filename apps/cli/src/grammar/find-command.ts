import { MisplacedFlagError, UnknownCommandError } from '../usage-errors.ts';
import type { Command, Noun } from './command.ts';
import { isFlag } from './flag-words.ts';
import { nearestWord } from '@iron/errors';

/** Where the typed words lead, and what is left of them. */
export interface Found {
  readonly target: Command | Noun;
  /** All the words that lead there: `iron db migration new`. */
  readonly title: string;
  readonly rest: readonly string[];
}

/** Switches may also stand before the noun or the verb: they cannot swallow it as their value. */
const LEADING_SWITCHES = new Set(['--json', '--verbose', '--help', '-h', '--version', '-v']);

/**
 * Follows the words through nouns to a verb, or to the noun at which they end.
 *
 * @throws {UnknownCommandError} the nearest command is suggested, wherever it lives
 * @throws {MisplacedFlagError} a flag that may have a value stands before the verb
 */
export function findCommand(noun: Noun, argv: readonly string[], title = noun.name): Found {
  const first = argv.findIndex((typed) => !LEADING_SWITCHES.has(typed));
  if (first === -1) return { target: noun, title, rest: argv };

  const word = argv[first] ?? '';
  const rest = argv.toSpliced(first, 1);
  if (isFlag(word)) throw new MisplacedFlagError(word, title);
  const child = noun.children.find(({ name }) => name === word);
  if (!child) throw new UnknownCommandError(word, title, suggest(noun, title, word));

  const path = `${title} ${child.name}`;
  return child.kind === 'noun' ? findCommand(child, rest, path) : { target: child, title: path, rest };
}

function suggest(noun: Noun, title: string, word: string): string | undefined {
  const below = wordsBelow(noun, title);
  const meant = nearestWord(
    word,
    below.map(({ name }) => name),
  );
  return below.find(({ name }) => name === meant)?.path;
}

/** The noun's own words first, so that of two equally near ones the shorter path is suggested. */
function wordsBelow(noun: Noun, title: string): { name: string; path: string }[] {
  const own = noun.children.map(({ name }) => ({ name, path: `${title} ${name}` }));
  const deeper = noun.children.flatMap((child) =>
    child.kind === 'noun' ? wordsBelow(child, `${title} ${child.name}`) : [],
  );
  return [...own, ...deeper];
}
