import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { BackupDocument } from '../../json-documents.ts';
import { withProgress } from '../../output/progress.ts';
import { pairs } from '../../output/table.ts';
import { showSize } from '../../output/units.ts';

export const backup = defineCommand({
  name: 'backup',
  summary: 'Make a verified backup',
  explanation:
    'The database may be in use meanwhile. The backup is put into backups/: beside the file, or, of a database of a\nPostgreSQL server, in this folder.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['db backup', 'db backup ./other.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onLifecycle<BackupDocument>({ path, ...flags }, 'reads', context, async (lifecycle) => {
      const made = await withProgress(context, async (onProgress) =>
        lifecycle.backup({ now: context.now, onProgress }),
      );
      return {
        document: { backup: made },
        text: (paint) =>
          pairs(
            [
              ['Backup', made.path],
              ['Size', showSize(made.sizeBytes)],
            ],
            paint,
          ),
        exitCode: DONE,
      };
    }),
});
