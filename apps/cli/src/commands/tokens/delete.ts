import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { confirm, yesFlag } from '../../input/confirm.ts';
import type { DeletedTokenDocument } from '../../json-documents.ts';
import { showCount } from '../../output/units.ts';
import { tokenArgument } from './token-flags.ts';

export const deleteToken = defineCommand({
  name: 'delete',
  summary: 'Delete a token with its usage and its traces',
  explanation: 'To keep what it used in the reports, revoke it instead.',
  arguments: tokenArgument,
  flags: { ...apiFlags, ...yesFlag },
  examples: ['tokens delete 5', 'tokens delete 5 --yes'],
  run: async ({ arguments: { id }, flags: { yes, ...where } }, context) => {
    await confirm(`Delete token ${id} with its usage and its traces? They cannot be brought back.`, yes, context);
    return deletedOutcome(
      id,
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.deleteToken, { params: { tokenId: id } }),
      ),
    );
  },
});

function deletedOutcome(id: number, deleted: DeletedTokenDocument): Outcome<DeletedTokenDocument> {
  return {
    document: deleted,
    text: () => `Deleted token ${id} and ${showCount(deleted.usageRecords, 'usage record')}.`,
    exitCode: DONE,
  };
}
