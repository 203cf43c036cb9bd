import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { commaList } from '../../grammar/comma-list.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { timeAheadOrNever } from '../../grammar/time-flags.ts';
import { MissingArgumentError } from '../../usage-errors.ts';
import { tokenArgument } from './token-flags.ts';
import { tokenOutcome } from './token-text.ts';

export const update = defineCommand({
  name: 'update',
  summary: 'Change the name, the scopes or the end of a token',
  explanation: 'What is left out stays as it is. The token itself stays the same.',
  arguments: tokenArgument,
  flags: {
    ...apiFlags,
    name: z.string().optional().meta({ value: '<text>', description: 'What people call it; empty: nothing' }),
    scopes: commaList()
      .optional()
      .meta({ value: '<list>', description: 'All that it grants from now on, with commas; empty: nothing' }),
    expires: timeAheadOrNever()
      .optional()
      .meta({ value: '<time>', description: 'When it stops working: 2027-01-01, 30d from now, or never' }),
  },
  examples: ['tokens update 5 --expires 2027-01-01', 'tokens update 5 --scopes usage:read,tokens:read'],
  run: async ({ arguments: { id }, flags: { name, scopes, expires, ...where } }, context) => {
    const isEmpty = [name, scopes, expires].every((value) => value === undefined);
    if (isEmpty) throw new MissingArgumentError('--name, --scopes or --expires', 'iron tokens update');
    const body = {
      name: name === '' ? null : name,
      scopes,
      expiresAt: expires === null ? null : expires?.(context.now()),
    };
    return tokenOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.updateToken, { params: { tokenId: id }, body }),
      ),
    );
  },
});
