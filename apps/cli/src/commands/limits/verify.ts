import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { HeldVerificationDocument } from '../../json-documents.ts';
import { table } from '../../output/table.ts';
import { showUsd } from '../../output/units.ts';

export const verify = defineCommand({
  name: 'verify',
  summary: 'Add up the open holds of every limit, and compare',
  explanation: 'Exit code 1 means that a limit counts something else than what its open holds add up to.',
  arguments: {},
  flags: apiFlags,
  examples: ['limits verify', 'limits verify --json'],
  run: async ({ flags: where }, context) =>
    verifiedOutcome(await withApi(where, context, async ({ client, api }) => client.call(api.verifyHeld, {}))),
});

function verifiedOutcome(document: HeldVerificationDocument): Outcome<HeldVerificationDocument> {
  const { drifts } = document;
  const isSound = drifts.length === 0;
  return {
    document,
    text: (paint) =>
      isSound
        ? 'Every limit counts what its open holds add up to.'
        : table(
            ['limit', 'of what', 'counted', 'holds'],
            drifts.map(({ limitId, dimension, counted, holds }) => [
              limitId,
              dimension,
              ...[counted, holds].map((amount) => (dimension === 'cost' ? showUsd(amount) : amount)),
            ]),
            paint,
          ),
    exitCode: isSound ? DONE : FAILED,
  };
}
