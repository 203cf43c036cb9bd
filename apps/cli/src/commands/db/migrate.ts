import { type DatabaseLifecycle, readEnvironment } from '@iron/db';
import { z } from 'zod';
import type { CommandContext } from '../../context.ts';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { MigrateDocument, MigrationPlanDocument } from '../../json-documents.ts';
import { withProgress } from '../../output/progress.ts';
import { pairs } from '../../output/table.ts';
import { showCount } from '../../output/units.ts';

export const migrate = defineCommand({
  name: 'migrate',
  summary: 'Apply the migrations that the database lacks',
  explanation:
    'A database that holds rows is backed up first; one that is missing is made. Safe to run any number of times, and by\nseveral processes at once.',
  arguments: databaseArguments,
  flags: {
    ...databaseFlags,
    dryRun: z.literal(true).optional().meta({ description: 'Change nothing; print what would be applied' }),
  },
  examples: ['db migrate', 'db migrate --dry-run'],
  run: async ({ arguments: { path }, flags: { database: named, dryRun } }, context) =>
    onLifecycle<MigrateDocument | MigrationPlanDocument>(
      { path, database: named },
      dryRun ? 'reads' : 'creates',
      context,
      async (lifecycle) => (dryRun ? showPlan(lifecycle) : applyPending(lifecycle, context)),
    ),
});

async function showPlan(lifecycle: DatabaseLifecycle): Promise<Outcome<MigrationPlanDocument>> {
  const { applied, pending } = await lifecycle.plan();
  const files = pending.map(({ file }) => file);
  return {
    document: { applied, pending: files },
    text: () =>
      [
        `${showCount(applied.length, 'migration')} applied, ${files.length} pending`,
        ...files.map((file) => `  ${file}`),
      ].join('\n'),
    exitCode: DONE,
  };
}

async function applyPending(lifecycle: DatabaseLifecycle, context: CommandContext): Promise<Outcome<MigrateDocument>> {
  const environment = readEnvironment(context.env);
  const { applied, backup } = await withProgress(context, async (onProgress) =>
    lifecycle.migrate({ environment, now: context.now, onProgress }),
  );
  return {
    document: { applied, backup },
    text: (paint) =>
      [
        ...(backup ? [pairs([['Backup', backup.path]], paint)] : []),
        applied.length === 0 ? 'Nothing to apply.' : `Applied ${showCount(applied.length, 'migration')}:`,
        ...applied.map((file) => `  ${file}`),
      ].join('\n'),
    exitCode: DONE,
  };
}
