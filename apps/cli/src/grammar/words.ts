import { globalRegistry, safeParse, type z } from 'zod';
import { choicesOf } from './choices.ts';
import type { Command } from './command.ts';
import { commonFlags } from './common-flags.ts';

/** A positional argument as it is shown: `<file>` or `[path]`. */
export interface ArgumentWord {
  readonly name: string;
  readonly usage: string;
  readonly required: boolean;
  readonly description: string;
  /** The words that it can be; none where it can be more than that. */
  readonly choices: readonly string[];
}

/** A flag as it is typed and shown. */
export interface FlagWord {
  /** camelCase, as in the schema: `dryRun`. */
  readonly key: string;
  /** As typed: `--dry-run`; the first is the long one. */
  readonly spellings: readonly string[];
  /** `<count>`, or undefined for a switch. */
  readonly value: string | undefined;
  /** What cac is told: `-h, --help`, `--keep <count>`. */
  readonly declaration: string;
  readonly description: string;
  /** The words that its value can be; none where it can be more than that. */
  readonly choices: readonly string[];
}

export function argumentsOf(command: Command): ArgumentWord[] {
  return Object.entries(command.arguments.shape).map(([name, schema]) => {
    const required = !accepts(schema, undefined);
    const usage = required ? `<${name}>` : `[${name}]`;
    return { name, required, usage, description: describe(schema), choices: choicesOf(schema) };
  });
}

export function flagsOf(command: Command): FlagWord[] {
  return flagWords(command.flags.shape);
}

/** Those of every command. */
export const COMMON_FLAGS: readonly FlagWord[] = flagWords(commonFlags);

/** Where no verb has been typed yet. */
export const VERSION_FLAG: FlagWord = {
  key: 'version',
  spellings: ['--version', '-v'],
  value: undefined,
  declaration: '-v, --version',
  description: 'Print the version',
  choices: [],
};

function flagWords(shape: z.core.$ZodShape): FlagWord[] {
  return Object.entries(shape).map(([key, schema]) => {
    const long = longFlag(key);
    const spellings = [long, key === 'help' ? '-h' : undefined].filter((spelling) => spelling !== undefined);
    const value = metaOf(schema).value;
    const declaration = `${spellings.toReversed().join(', ')}${value ? ` ${value}` : ''}`;
    return { key, spellings, value, declaration, description: describe(schema), choices: choicesOf(schema) };
  });
}

/** `dryRun` is typed `--dry-run`. */
export function longFlag(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return safeParse(schema, value).success;
}

function metaOf(schema: z.core.$ZodType) {
  return globalRegistry.get(schema) ?? {};
}

function describe(schema: z.core.$ZodType): string {
  return metaOf(schema).description ?? '';
}
