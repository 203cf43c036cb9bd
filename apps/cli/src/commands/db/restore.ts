import { resolve } from 'node:path';
import { readEnvironment, type RestoreReport } from '@iron/db';
import { z } from 'zod';
import { databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { replacedLines, undoCommand } from '../../database/replaced.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { RestoreDocument } from '../../json-documents.ts';
import { withProgress } from '../../output/progress.ts';
import { pairs } from '../../output/table.ts';
import { showCount } from '../../output/units.ts';
import { InvalidValueError, MissingArgumentError } from '../../usage-errors.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'Put a backup in the place of the database',
  explanation:
    'The backup is verified first and stays as it is; the present database is backed up; then they are swapped in one step.',
  arguments: {
    file: z.string().min(1, 'must name a file').optional().meta({ description: 'The backup to restore' }),
  },
  flags: {
    ...databaseFlags,
    last: z.literal(true).optional().meta({ description: 'Restore the newest verified backup' }),
  },
  examples: ['db restore --last', 'db restore ./backups/dev_tokens_backup_20260301_120000.db'],
  run: async ({ arguments: { file }, flags: { database: named, last } }, context) => {
    if (file !== undefined && last) throw new InvalidValueError('--last', 'cannot be combined with a file');
    if (file === undefined && !last) throw new MissingArgumentError('<file> or --last', 'iron db restore');
    const from = file === undefined ? 'last' : resolve(context.cwd, file);
    return onLifecycle<RestoreDocument>({ database: named }, 'creates', context, async (lifecycle, database) => {
      const { path: _, ...report } = await withProgress(context, async (onProgress) =>
        lifecycle.restore({ from, environment: readEnvironment(context.env), now: context.now, onProgress }),
      );
      const undo = undoCommand(report, database, context);
      return {
        document: { ...report, undo },
        text: (paint) =>
          pairs([['Restored', report.from], ...replacedLines(report, undo), ...outlookLines(report)], paint),
        exitCode: DONE,
      };
    });
  },
});

/** What is between the restored database and the newest schema. */
function outlookLines({ pending, problem }: Pick<RestoreReport, 'pending' | 'problem'>): [string, string][] {
  if (problem !== null) return [['Problem', problem]];
  return pending.length === 0 ? [] : [['Pending', `${showCount(pending.length, 'migration')}: run db migrate`]];
}
