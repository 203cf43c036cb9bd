import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { AuditVerificationDocument } from '../../json-documents.ts';
import { table } from '../../output/table.ts';

export const verify = defineCommand({
  name: 'verify',
  summary: 'Find rows of the logs that were changed, put in or left out',
  explanation:
    'Each row carries the hash of the row before. Rows that were cut off at the end are not seen by that: keep the last ' +
    'hash elsewhere, and compare.',
  arguments: {},
  flags: apiFlags,
  examples: ['audit verify', 'audit verify --json'],
  run: async ({ flags: where }, context) =>
    verificationOutcome(await withApi(where, context, async ({ client, api }) => client.call(api.verifyAudit, {}))),
});

function verificationOutcome(found: AuditVerificationDocument): Outcome<AuditVerificationDocument> {
  return {
    document: found,
    text: (paint) =>
      table(
        ['log', 'rows that fit', 'last hash', 'problem'],
        found.logs.map(({ log, rows, lastHash, broken }) => [
          log,
          rows,
          lastHash,
          broken && `row ${broken.id}: ${broken.problem}`,
        ]),
        paint,
      ),
    exitCode: found.isWhole ? DONE : FAILED,
  };
}
