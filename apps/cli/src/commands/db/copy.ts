import { copyDatabase, type CopyReport, readEnvironment } from '@iron/db';
import { z } from 'zod';
import { chooseDatabase, locationOf } from '../../database/choose-database.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { CopyDocument } from '../../json-documents.ts';
import { withProgress } from '../../output/progress.ts';
import { pairs } from '../../output/table.ts';
import { showCount } from '../../output/units.ts';
import { visibleText } from '../../output/visible-text.ts';

export const copy = defineCommand({
  name: 'copy',
  summary: 'Copy the whole database into an empty one, also of another engine',
  explanation:
    'Stop the servers first; or copy while they run with --live, then stop them and run it once more without. Every row,\nthe totals and the audit logs are compared. It can be interrupted at any time: the same command goes on.',
  arguments: {
    from: z.string().min(1, 'must name a database').meta({ description: 'The database to copy: a URL, or a file' }),
    to: z.string().min(1, 'must name a database').meta({ description: 'Where to: nothing, or an unfinished copy' }),
  },
  flags: {
    live: z
      .literal(true)
      .optional()
      .meta({ description: 'Copy while servers use the database; leaves a copy that is not finished' }),
  },
  examples: [
    'db copy sqlite:///./tokens.db postgres://iron@db.example.org/iron --live',
    'db copy sqlite:///./tokens.db postgres://iron@db.example.org/iron',
    'db copy postgres://iron@db.example.org/iron sqlite:///./tokens.db --json',
  ],
  run: async ({ arguments: typed, flags: { live = false } }, context) => {
    const from = locationOf(chooseDatabase({ path: typed.from }, context));
    const to = locationOf(chooseDatabase({ path: typed.to }, context));
    const environment = readEnvironment(context.env);
    const report: CopyDocument = await withProgress(context, async (onProgress) =>
      copyDatabase({ from, to, environment, live, onProgress, now: context.now }),
    );
    const broken = brokenLogs(report);
    return {
      document: report,
      text: (paint) => pairs([...linesOf(report), ...broken.map((text): [string, string] => ['Problem', text])], paint),
      exitCode: broken.length > 0 ? FAILED : DONE,
    };
  },
});

function linesOf({ from, to, tables, finished, environment }: CopyReport): [string, string][] {
  const rows = sum(tables.map((table) => table.rows));
  const written = sum(tables.map(({ copied }) => copied));
  const copied: [string, string][] = [
    ['From', from],
    ['To', to],
    ['Rows', `${rows} in ${showCount(tables.length, 'table')}, ${written} of them written now`],
  ];
  if (!finished) {
    const next = 'stop all servers, then run the same command without --live';
    return [...copied, ['Finished', 'no: servers refuse this copy as it is'], ['Next', next]];
  }
  return [
    ...copied,
    ['Finished', `yes: every row, the totals and the audit logs are equal (${environment ?? 'unknown'})`],
    [
      'Next',
      'start the servers with the new DATABASE_URL, and none with the old one: each would count limits for itself',
    ],
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The copy is as the source is, also in this. */
function brokenLogs({ audit }: CopyReport): string[] {
  return audit.flatMap(({ log, broken }) =>
    broken ? [`${log} is broken at row ${broken.id}, in both databases: ${visibleText(broken.problem)}`] : [],
  );
}
