import { z } from 'zod';
import { commaList } from '../../grammar/comma-list.ts';
import { timeAhead } from '../../grammar/time-flags.ts';
import type { TypedFlags } from '../../grammar/typed-flags.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';

/** The argument of every command about one token. */
export const tokenArgument = {
  id: wholeNumber(1).meta({ description: 'The number of the token, as `tokens list` shows it' }),
};

/** What a new token is to be. */
export const grantFlags = {
  user: z.string().meta({ value: '<id>', description: 'Whose it is; needed. They need not have an account' }),
  project: z.string().optional().meta({ value: '<id>', description: 'The project that it is for' }),
  name: z.string().optional().meta({ value: '<text>', description: 'What people call it' }),
  scopes: commaList()
    .optional()
    .meta({ value: '<list>', description: 'What it grants, with commas: usage:read,tokens:read. Default: nothing' }),
  expires: timeAhead()
    .optional()
    .meta({ value: '<time>', description: 'When it stops working: 2027-01-01, or 30d from now. Default: never' }),
  agent: wholeNumber(1).optional().meta({ value: '<id>', description: 'The agent that it belongs to' }),
  provider: z
    .string()
    .optional()
    .meta({ value: '<name>', description: 'The only provider that it may use. Default: any' }),
};

/** What was typed of it, as the API takes it; the rest is where to ask. */
export function grantOf<Rest extends object>(
  { user, project, name, scopes, expires, agent, provider, ...rest }: TypedFlags<typeof grantFlags> & Rest,
  now: number,
) {
  const grant = { userId: user, projectId: project, name, scopes, expiresAt: expires?.(now), agentId: agent, provider };
  return { grant, rest };
}

export const quietFlag = {
  quiet: z.literal(true).optional().meta({ description: 'Print the secret alone, for scripts' }),
};
