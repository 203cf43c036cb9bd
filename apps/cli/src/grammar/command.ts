import type { z } from 'zod';
import type { CommandContext } from '../context.ts';
import type { DONE, FAILED } from '../exit-code.ts';
import type { Paint } from '../output/paint.ts';

/** Arguments by name and flags by camelCase name, each exactly as typed. */
export interface RawInput {
  readonly arguments: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string | true>>;
}

/** What a command hands back: one JSON document and the same for human eyes. */
export interface Outcome<Document extends object = object> {
  readonly document: Document;
  readonly text: (paint: Paint) => string;
  /** Said on stderr beside the text: what to do next. */
  readonly note?: string;
  readonly exitCode: typeof DONE | typeof FAILED;
}

/** A verb as the grammar sees it. Made by {@link defineCommand}. */
export interface Command {
  readonly kind: 'command';
  /** The one word that is typed. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs for the command's own help. */
  readonly explanation: string | undefined;
  readonly arguments: z.ZodObject<z.ZodRawShape>;
  readonly flags: z.ZodObject<z.ZodRawShape>;
  /** It reads a secret from stdin or a hidden prompt, so that a word too many could be one. */
  readonly readsSecret: boolean;
  /** What follows the program's name: `db prune --keep 5`. */
  readonly examples: readonly string[];
  readonly run: (input: RawInput, context: CommandContext) => Promise<Outcome>;
}

/** A word that only leads to other words: `db`, `db migration`. */
export interface Noun {
  readonly kind: 'noun';
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly children: readonly (Command | Noun)[];
}
