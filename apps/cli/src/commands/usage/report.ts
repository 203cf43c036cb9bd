import { type OpenApi, apiFlags, withApi } from '../../api/with-api.ts';
import { z } from 'zod';
import { defineCommand } from '../../grammar/define-command.ts';
import { oneOf } from '../../grammar/one-of.ts';
import { InvalidValueError } from '../../usage-errors.ts';
import { reportCsv } from './report-csv.ts';
import { type Dimension, DIMENSIONS, type Interval } from './report-columns.ts';
import { reportOutcome } from './report-text.ts';
import { type ReportQuestion, readReport } from './read-report.ts';
import { filterFlags, filterOf } from './usage-flags.ts';

const dimension = oneOf<Dimension>(DIMENSIONS);
const by = z
  .string()
  .transform((typed) => typed.split(',').map((word) => word.trim()))
  .pipe(z.array(dimension));

export const report = defineCommand({
  name: 'report',
  summary: 'What was used and what it cost, added up',
  explanation:
    'By one or more of token, user, project, agent, provider and model, and by hour, day or month of a time zone. On a ' +
    'terminal a bar shows the part of the cost, or of the tokens where nothing has a cost. What has no price is named, ' +
    'and is not in the cost. --csv prints every line there is; without it, there are 10,000 at most.',
  arguments: {},
  flags: {
    ...apiFlags,
    by: by.optional().meta({
      value: '<list>',
      description: 'What to tell apart, with commas: user,model',
      choices: Object.keys(DIMENSIONS),
    }),
    interval: oneOf<Interval>({ hour: 'hour', day: 'day', month: 'month' })
      .optional()
      .meta({ value: '<length>', description: 'hour, day or month' }),
    timeZone: z
      .string()
      .optional()
      .meta({ value: '<zone>', description: 'Whose hours, days and months: Europe/Berlin. Default: UTC' }),
    ...filterFlags,
    csv: z.literal(true).optional().meta({ description: 'Print CSV (RFC 4180)' }),
    cursor: z
      .string()
      .optional()
      .meta({ value: '<cursor>', description: 'Where to go on: nextCursor of the part before' }),
  },
  examples: [
    'usage report --by user,model --since 30d',
    'usage report --interval day --since 7d --time-zone Europe/Berlin',
    'usage report --by project --interval month --csv > costs.csv',
  ],
  run: async ({ flags }, context) => {
    const { filter, rest } = filterOf(flags, context.now());
    const { by: groupBy = [], interval, timeZone, csv, cursor, ...where } = rest;
    if (csv && cursor !== undefined) throw new InvalidValueError('--csv', 'prints all there is, and has no --cursor');
    const question = { ...filter, groupBy, interval, timeZone, cursor };
    return await withApi(where, context, async (opened) =>
      csv ? context.pour(reportCsv(opened, question)) : reportHere(opened, question, context.stdout.isTTY ?? false),
    );
  },
});

async function reportHere(opened: OpenApi, question: ReportQuestion, isDrawn: boolean) {
  return reportOutcome(await readReport(opened, question), question, isDrawn);
}
