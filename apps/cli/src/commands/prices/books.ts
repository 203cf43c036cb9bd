import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { PriceBooksDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { showTime } from '../../output/units.ts';

export const books = defineCommand({
  name: 'books',
  summary: 'Your price books, the newest first: each price that was set, each list that was imported',
  explanation: 'None is ever changed: usage names the version that it was billed by.',
  arguments: {},
  flags: { ...apiFlags, ...pageFlags },
  examples: ['prices books', 'prices books --all --json'],
  run: async ({ flags: { limit, cursor, all, ...where } }, context) => {
    const part: PriceBooksDocument = await withApi(where, context, async ({ client, api }) =>
      readPages({ limit, cursor, all }, async (page) => client.call(api.listPriceBooks, { query: page })),
    );
    return listOutcome(part, {
      heading: ['version', 'source', 'made'],
      row: ({ version, source, importedAt }) => [version, source, showTime(importedAt)],
      none: 'There is no price book but the one that comes with Iron.',
    });
  },
});
