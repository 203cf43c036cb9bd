import type { Command, Noun } from '../grammar/command.ts';
import { argumentsOf, COMMON_FLAGS, flagsOf, type FlagWord, VERSION_FLAG } from '../grammar/words.ts';

/** What a shell can offer where a value is due: some words, the names of files, or nothing. */
export type Expected =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'anything' };

export interface FlagNode {
  /** `--interval`; of help also `-h`. */
  readonly spellings: readonly string[];
  readonly description: string;
  /** What the value is, or undefined for a switch. */
  readonly value: (Expected & { readonly name: string }) | undefined;
}

/** A place in the grammar, and what can be typed there. */
export interface CompletionNode {
  /** The words that lead there: `iron usage report`. */
  readonly path: string;
  /** The next words; none after a verb. */
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagNode[];
  /** Positional arguments, in their order. */
  readonly arguments: readonly (Expected & { readonly name: string })[];
}

/** All places of a grammar, the first one being the program itself. */
export function completionTree(target: Command | Noun, path = target.name): CompletionNode[] {
  if (target.kind === 'command') return [commandNode(target, path)];
  const children = target.children.map(({ name, summary }) => ({ name, summary }));
  const flags = [...COMMON_FLAGS, VERSION_FLAG].map(flagNode);
  const below = target.children.flatMap((child) => completionTree(child, `${path} ${child.name}`));
  return [{ path, children, flags, arguments: [] }, ...below];
}

function commandNode(command: Command, path: string): CompletionNode {
  return {
    path,
    children: [],
    flags: [...flagsOf(command), ...COMMON_FLAGS].map(flagNode),
    arguments: argumentsOf(command).map(({ name, choices }) => ({ name, ...expected(name, choices) })),
  };
}

function flagNode({ spellings, description, value, choices }: FlagWord): FlagNode {
  const name = value?.replaceAll(/[<>]/g, '');
  return { spellings, description, value: name === undefined ? undefined : { name, ...expected(name, choices) } };
}

const FILES = ['path', 'file', 'folder'];

function expected(name: string, choices: readonly string[]): Expected {
  if (choices.length > 0) return { kind: 'words', words: choices };
  return { kind: FILES.includes(name) ? 'files' : 'anything' };
}
