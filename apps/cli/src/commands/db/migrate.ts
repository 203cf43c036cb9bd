import {
  applyAllMigrations,
  migrateDatabase,
  type MigrationReport,
  type OnProgress,
  planMigration,
  readEnvironment,
} from '@iron/db';
import { z } from 'zod';
import type { CommandContext } from '../../context.ts';
import type { ChosenDatabase } from '../../database/choose-database.ts';
import { databaseArguments, databaseFlags, onDatabase } from '../../database/on-database.ts';
import { openChosen } from '../../database/open-chosen.ts';
import { requireFile } from '../../database/require-file.ts';
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
    onDatabase<MigrateDocument | MigrationPlanDocument>(
      { path, database: named },
      dryRun ? 'reads' : 'creates',
      context,
      async (database) => (dryRun ? showPlan(requireFile(database).path) : applyPending(database, context)),
    ),
});

function showPlan(path: string): Outcome<MigrationPlanDocument> {
  const { applied, pending } = planMigration(path);
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

async function applyPending(database: ChosenDatabase, context: CommandContext): Promise<Outcome<MigrateDocument>> {
  const { applied, backup } = await withProgress(context, async (onProgress) => bringUp(database, context, onProgress));
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

async function bringUp(
  chosen: ChosenDatabase,
  { env, now }: CommandContext,
  onProgress: OnProgress,
): Promise<MigrationReport> {
  const options = { environment: readEnvironment(env), now, onProgress };
  if (chosen.kind === 'file') return await migrateDatabase({ path: chosen.path, ...options });
  await using database = await openChosen(chosen);
  return await applyAllMigrations(database, options);
}
