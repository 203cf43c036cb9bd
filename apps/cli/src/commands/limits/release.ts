import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { ReleasedDocument } from '../../json-documents.ts';
import { visibleText } from '../../output/visible-text.ts';

export const release = defineCommand({
  name: 'release',
  summary: 'Give back what a call holds that was not made',
  explanation: 'A call that has ended stays as it is. One that was made after all can still be settled.',
  arguments: { request: z.string().meta({ description: 'The request id, as `limits holds` shows it' }) },
  flags: {
    ...apiFlags,
    reason: z.string().optional().meta({ value: '<text>', description: 'Why; it is kept with the hold' }),
  },
  examples: ['limits release 01980c0a-7d9e-7bb2-8f3a-5a2f6f1f3c11 --reason "gateway died"'],
  run: async ({ arguments: { request }, flags: { reason, ...where } }, context) =>
    releasedOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.releaseHold, { params: { requestId: request }, body: { reason } }),
      ),
    ),
});

function releasedOutcome(document: ReleasedDocument): Outcome<ReleasedDocument> {
  const { requestId, released } = document;
  const said = released ? `Gave back what ${requestId} held.` : `${requestId} has ended before.`;
  return { document, text: () => visibleText(said), exitCode: DONE };
}
