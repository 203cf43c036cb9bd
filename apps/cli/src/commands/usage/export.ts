import { resolve } from 'node:path';
import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import type { ExportedDocument } from '../../json-documents.ts';
import { pairs } from '../../output/table.ts';
import { showSize } from '../../output/units.ts';
import { writeFile } from '../../output/write-file.ts';
import { filterFlags, filterOf } from './usage-flags.ts';

const FORMATS = oneOf<ExportedDocument['format']>({ csv: 'csv', ndjson: 'ndjson' });

export const exportUsage = defineCommand({
  name: 'export',
  summary: 'Recorded calls as CSV or NDJSON, however many there are',
  explanation:
    'On stdout, or in a file that only you can read and that appears when it is whole. They are read as they are taken, ' +
    'in the order of time. The cost is there in dollars and in nano-dollars, and empty where it is not known.',
  arguments: {},
  flags: {
    ...apiFlags,
    format: FORMATS.default('csv').meta({ value: '<format>', description: 'csv (RFC 4180; default) or ndjson' }),
    output: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .meta({ value: '<file>', description: 'Where to. Default: stdout' }),
    ...filterFlags,
  },
  examples: [
    'usage export > usage.csv',
    'usage export --format ndjson --output usage.ndjson --since 2026-03-01 --until 2026-04-01',
  ],
  run: async ({ flags }, context) => {
    const { filter, rest } = filterOf(flags, context.now());
    const { format, output, ...where } = rest;
    return await withApi(where, context, async ({ client, api }) => {
      const pieces = client.stream(api.exportUsage, { query: { ...filter, format } });
      if (output === undefined || output === '-') return await context.pour(pieces);
      const file = resolve(context.cwd, output);
      return exportedOutcome({ file, format, sizeBytes: await writeFile(file, pieces) });
    });
  },
});

function exportedOutcome(document: ExportedDocument): Outcome<ExportedDocument> {
  const { file, sizeBytes } = document;
  return {
    document,
    text: (paint) =>
      pairs(
        [
          ['File', file],
          ['Size', showSize(sizeBytes)],
        ],
        paint,
      ),
    exitCode: DONE,
  };
}
