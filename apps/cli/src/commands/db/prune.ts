import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { PruneDocument } from '../../json-documents.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import { showCount } from '../../output/units.ts';
import { visibleText } from '../../output/visible-text.ts';

const KEPT_BY_DEFAULT = 10;

export const prune = defineCommand({
  name: 'prune',
  summary: 'Drop old backups',
  explanation:
    'Keeps the newest verified backups. Files that Iron did not make and verify are not counted and never touched.',
  arguments: databaseArguments,
  flags: {
    ...databaseFlags,
    keep: wholeNumber(1)
      .default(KEPT_BY_DEFAULT)
      .meta({ value: '<count>', description: `How many to keep, at least 1. Default: ${KEPT_BY_DEFAULT}` }),
  },
  examples: ['db prune', 'db prune --keep 3'],
  run: async ({ arguments: { path }, flags: { database: named, keep } }, context) =>
    onLifecycle<PruneDocument>({ path, database: named }, 'writes', context, async (lifecycle) => {
      const { deleted, kept } = await lifecycle.prune({ keep });
      return {
        document: { deleted, kept },
        text: () =>
          [
            ...deleted.map((backup) => `Dropped ${visibleText(backup.path)}`),
            `Dropped ${showCount(deleted.length, 'backup')}, kept ${kept.length}.`,
          ].join('\n'),
        exitCode: DONE,
      };
    }),
});
