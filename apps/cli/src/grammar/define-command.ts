import { z } from 'zod';
import type { CommandContext } from '../context.ts';
import type { Command, Outcome } from './command.ts';
import { parseValues } from './parse-values.ts';

export interface CommandDefinition<Arguments extends z.ZodRawShape, Flags extends z.ZodRawShape> {
  readonly name: string;
  readonly summary: string;
  readonly explanation?: string;
  /** Positional arguments, in their order. */
  readonly arguments: Arguments;
  readonly flags: Flags;
  readonly examples: readonly [string, ...string[]];
  /** It reads a secret from stdin or a hidden prompt. */
  readonly readsSecret?: boolean;
  readonly run: (
    input: {
      readonly arguments: z.output<z.ZodObject<Arguments, z.core.$strict>>;
      readonly flags: z.output<z.ZodObject<Flags, z.core.$strict>>;
    },
    context: CommandContext,
  ) => Promise<Outcome>;
}

/** Nothing that was typed reaches `run` unparsed: arguments and flags go through zod first. */
export function defineCommand<Arguments extends z.ZodRawShape, Flags extends z.ZodRawShape>(
  definition: CommandDefinition<Arguments, Flags>,
): Command {
  const positional = z.strictObject(definition.arguments);
  const flags = z.strictObject(definition.flags);
  return {
    kind: 'command',
    name: definition.name,
    summary: definition.summary,
    explanation: definition.explanation,
    arguments: positional,
    flags,
    examples: definition.examples,
    readsSecret: definition.readsSecret ?? false,
    run: async (raw, context) =>
      definition.run(
        { arguments: parseValues(positional, raw.arguments), flags: parseValues(flags, raw.flags, '--') },
        context,
      ),
  };
}
