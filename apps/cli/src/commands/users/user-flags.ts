import { schema } from '@iron/db';
import { z } from 'zod';
import { oneOfList } from '../../grammar/one-of.ts';

/** The argument of every command about one user. */
export const userArgument = {
  id: z.string().meta({ description: 'The id of the user, as `users list` shows it' }),
};

/** What a user may do. */
export const role = oneOfList(schema.USER_ROLES);

export const ROLES = schema.USER_ROLES.join(', ');

export const reasonFlag = {
  reason: z.string().optional().meta({ value: '<text>', description: 'Why, for the log' }),
};

export const passwordFlag = {
  passwordStdin: z
    .literal(true)
    .optional()
    .meta({ description: 'Read a password from stdin, or ask for it on a terminal' }),
};
