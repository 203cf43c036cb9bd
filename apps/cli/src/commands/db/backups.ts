import type { BackupListing } from '@iron/db';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { BackupsDocument } from '../../json-documents.ts';
import { table, type Cell } from '../../output/table.ts';
import { showAge, showSize } from '../../output/units.ts';

export const backups = defineCommand({
  name: 'backups',
  summary: 'List the backups: age, size, whether verified, why made',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['db backups', 'db backups ./other.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onLifecycle<BackupsDocument>({ path, ...flags }, 'reads', context, async (lifecycle) => {
      const found = await lifecycle.backups();
      const rows = found.map((backup) => row(backup, context.now()));
      return {
        document: { backups: found },
        text: (paint) =>
          found.length === 0
            ? 'There is no backup.'
            : table(['age', 'size', 'verified', 'made for', 'file'], rows, paint),
        exitCode: DONE,
      };
    }),
});

function row(backup: BackupListing, now: number): Cell[] {
  const size = showSize(backup.sizeBytes);
  if (!backup.verified) return ['', size, `no: ${backup.problem}`, '', backup.path];
  return [showAge(now - backup.madeAt), size, 'yes', backup.reason, backup.path];
}
