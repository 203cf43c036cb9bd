import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { TotalsVerificationDocument } from '../../json-documents.ts';
import { table } from '../../output/table.ts';
import { showCount, showTime } from '../../output/units.ts';

export const verify = defineCommand({
  name: 'verify',
  summary: 'Add up all calls, and compare with the sums that reports read',
  explanation: 'Exit code 1 means that a sum is wrong; `usage rebuild` makes the sums anew.',
  arguments: {},
  flags: apiFlags,
  examples: ['usage verify', 'usage verify --json'],
  run: async ({ flags: where }, context) =>
    verifiedOutcome(await withApi(where, context, async ({ client, api }) => client.call(api.verifyUsageTotals, {}))),
});

function verifiedOutcome(document: TotalsVerificationDocument): Outcome<TotalsVerificationDocument> {
  const { days, drifted, drifts } = document;
  const isSound = drifted === 0;
  const said = `${showCount(drifted, 'sum')} of ${showCount(days, 'day')} wrong`;
  return {
    document,
    text: (paint) =>
      isSound
        ? `The sums of ${showCount(days, 'day')} are what the calls add up to.`
        : [
            table(
              ['start', 'of what', 'sum', 'kept', 'calls add up to'],
              drifts.map(({ start, subject, column, kept, derived }) => [
                showTime(start),
                subject,
                column,
                kept,
                derived,
              ]),
              paint,
            ),
            '',
            drifts.length < drifted ? `${said}; the first ${drifts.length} are shown` : said,
          ].join('\n'),
    exitCode: isSound ? DONE : FAILED,
  };
}
