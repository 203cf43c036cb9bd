import type { Document } from './documents.ts';

/** Nouns whose commands are one word more; what follows it is an argument. */
const NOUNS = 'tokens|users|limits|usage|keys|agents|traces|audit|prices';
const COMMAND = String.raw`(?:${NOUNS}) [a-z]+(?:-[a-z]+)*|serve|doctor|completion|(?:db(?= [a-z])|config)(?: [a-z]+(?:-[a-z]+)*(?![\w/.]))*`;
const IRON = new RegExp(
  String.raw`(?:pnpm (?:--filter cli|-C apps/cli)(?: iron)?|(?<![\w./-])iron) (${COMMAND})(?![\w-])`,
  'g',
);

/** The commands of `iron` that a text names, without their arguments and flags: `db reset`, `tokens show`. */
export function ironCommands(text: string): string[] {
  return [...text.matchAll(IRON)].map(([, command = '']) => command);
}

/** The commands of `iron` that blocks run. */
export function playedCommands(documents: readonly Document[]): string[] {
  const scenes = documents.flatMap((document) => document.scenes);
  return scenes.filter(({ block }) => block.language === 'sh').flatMap(({ block }) => ironCommands(block.text));
}
