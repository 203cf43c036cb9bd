import { userInfo } from 'node:os';
import { databaseArguments, databaseFlags, onDatabase } from '../../database/on-database.ts';
import { openChosen } from '../../database/open-chosen.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { RotatedMasterKeyDocument } from '../../json-documents.ts';
import { showCount } from '../../output/units.ts';

export const rotateMasterKey = defineCommand({
  name: 'rotate-master-key',
  summary: 'Encrypt every provider key anew, under another master key',
  explanation:
    'IRON_MASTER_KEY or IRON_MASTER_KEY_FILE gives the master key of now, IRON_NEW_MASTER_KEY or IRON_NEW_MASTER_KEY_FILE ' +
    'the other one. Works on a database, in one transaction: whatever happens, all keys are under the one or all under ' +
    'the other. Afterwards start servers and gateways with the other one.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['keys rotate-master-key', 'keys rotate-master-key ./data/tokens.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onDatabase<RotatedMasterKeyDocument>({ path, ...flags }, 'writes', context, async (chosen) => {
      const { ProviderKeyStorage, requireMasterKeys } = await import('@iron/tokens');
      const { from, to } = requireMasterKeys(context.env);
      await using database = await openChosen(chosen);
      await using keys = await ProviderKeyStorage.open(database, { masterKey: from, now: context.now });
      const { reencrypted } = await keys.rotateMasterKey({ from, to, actor: { userId: `os:${userInfo().username}` } });
      return rotatedOutcome({ reencrypted, masterKeyId: to.id });
    }),
});

function rotatedOutcome(document: RotatedMasterKeyDocument): Outcome<RotatedMasterKeyDocument> {
  const { reencrypted, masterKeyId } = document;
  const text =
    reencrypted === 0
      ? `There was nothing to encrypt anew: no provider key is under another master key than ${masterKeyId}.`
      : `Encrypted ${showCount(reencrypted, 'provider key')} anew, under the master key ${masterKeyId}.`;
  return { document, text: () => text, exitCode: DONE };
}
