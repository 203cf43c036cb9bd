import { databaseArguments, databaseFlags, onDatabase } from '../../database/on-database.ts';
import { openChosen } from '../../database/open-chosen.ts';
import { operator } from '../../database/operator.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { RotatedMasterKeyDocument } from '../../json-documents.ts';
import { showCount } from '../../output/units.ts';

export const rotateMasterKey = defineCommand({
  name: 'rotate-master-key',
  summary: 'Encrypt every provider key anew, under another master key',
  explanation:
    'IRON_MASTER_KEY or IRON_MASTER_KEY_FILE gives the present master key, IRON_NEW_MASTER_KEY or IRON_NEW_MASTER_KEY_FILE ' +
    'the new one. Works on a database, in one transaction: whatever happens, all keys are under the one or all under the ' +
    'other. Each is bound to the address that it has then, so look at `keys list` before. Afterwards start servers and ' +
    'gateways with the new one.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['keys rotate-master-key', 'keys rotate-master-key ./data/tokens.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onDatabase<RotatedMasterKeyDocument>({ path, ...flags }, 'writes', context, async (chosen) => {
      const { ProviderKeyStorage, requireMasterKeys } = await import('@iron/tokens');
      const { from, to } = requireMasterKeys(context.env);
      await using database = await openChosen(chosen);
      await using keys = await ProviderKeyStorage.open(database, { masterKey: from, now: context.now });
      const { unbound } = await keys.verifyKeys();
      const { reencrypted } = await keys.rotateMasterKey({ from, to, actor: operator() });
      return rotatedOutcome({ reencrypted, masterKeyId: to.id, newlyBound: unbound });
    }),
});

function rotatedOutcome(document: RotatedMasterKeyDocument): Outcome<RotatedMasterKeyDocument> {
  const { reencrypted, masterKeyId, newlyBound } = document;
  const text =
    reencrypted === 0
      ? `There was nothing to encrypt anew: no provider key is under another master key than ${masterKeyId}.`
      : `Encrypted ${showCount(reencrypted, 'provider key')} anew, under the master key ${masterKeyId}.`;
  const toLookAt = newlyBound.map(
    (id) => `\nProvider key ${id} was bound to no address before: see \`iron keys show ${id}\`.`,
  );
  return { document, text: () => [text, ...toLookAt].join(''), exitCode: DONE };
}
