import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { grantFlags, grantOf, quietFlag } from './token-flags.ts';
import { issuedOutcome } from './token-text.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Make a token and show its secret, once',
  explanation: 'Only the hash of a token is kept. A lost one cannot be shown again; it can be rotated.',
  arguments: {},
  flags: { ...apiFlags, ...grantFlags, ...quietFlag },
  examples: [
    'tokens create --user ada',
    'tokens create --user ada --project search --scopes usage:read --expires 90d',
    'tokens create --user ci --quiet',
  ],
  run: async ({ flags: { quiet, ...words } }, context) => {
    const { grant, rest: where } = grantOf(words, context.now());
    const created = await withApi(where, context, async ({ client, api }) =>
      client.call(api.createToken, { body: grant }),
    );
    return issuedOutcome(created, { quiet });
  },
});
