import type { Document } from './documents.ts';

const IRON =
  /(?:pnpm (?:--filter cli|-C apps\/cli)(?: iron)?|(?<=`)iron) ((?:db(?= [a-z])|config)(?: [a-z]+(?:-[a-z]+)*(?![\w/.]))*)/g;

/** The commands of `iron` that a text names, without their arguments and flags: `db reset`, `config`. */
export function ironCommands(text: string): string[] {
  return [...text.matchAll(IRON)].map(([, command = '']) => command);
}

/** The commands of `iron` that blocks run. */
export function playedCommands(documents: readonly Document[]): string[] {
  const scenes = documents.flatMap((document) => document.scenes);
  return scenes.filter(({ block }) => block.language === 'sh').flatMap(({ block }) => ironCommands(block.text));
}
