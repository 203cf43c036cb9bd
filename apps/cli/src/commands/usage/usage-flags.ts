import { z } from 'zod';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import type { TypedFlags } from '../../grammar/typed-flags.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { InvalidValueError } from '../../usage-errors.ts';

/** Whose usage, of what, and when. */
export const filterFlags = {
  tokenId: wholeNumber(1).optional().meta({ value: '<id>', description: 'Only that of this token, by its number' }),
  user: z.string().optional().meta({ value: '<id>', description: 'Only that of this user' }),
  project: z.string().optional().meta({ value: '<id>', description: 'Only that in this project' }),
  withoutProject: z.literal(true).optional().meta({ description: 'Only what is in no project' }),
  agent: wholeNumber(1).optional().meta({ value: '<id>', description: 'Only that of this agent, by its number' }),
  withoutAgent: z.literal(true).optional().meta({ description: 'Only that of no agent' }),
  provider: z.string().optional().meta({ value: '<name>', description: 'Only that of this provider' }),
  model: z.string().optional().meta({ value: '<name>', description: 'Only that of this model' }),
  ...rangeFlags,
};

/** What was typed of it, as the API takes it; the rest is something else. */
export function filterOf<Rest extends object>(words: TypedFlags<typeof filterFlags> & Rest, now: number) {
  const { tokenId, user, project, withoutProject, agent, withoutAgent, provider, model, since, until, ...rest } = words;
  const filter = {
    tokenId,
    userId: user,
    projectId: orNull('--project', project, withoutProject),
    agentId: orNull('--agent', agent, withoutAgent),
    provider,
    model,
    ...rangeOf({ since, until }, now),
  };
  return { filter, rest };
}

function orNull<Value>(flag: string, value: Value | undefined, without: true | undefined): Value | null | undefined {
  if (!without) return value;
  if (value !== undefined) throw new InvalidValueError(flag, `cannot be combined with --without-${flag.slice(2)}`);
  return null;
}
