import { databaseArguments, databaseFlags, onDatabase } from '../../database/on-database.ts';
import { openChosen } from '../../database/open-chosen.ts';
import { operator } from '../../database/operator.ts';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { RebuiltDocument } from '../../json-documents.ts';
import { showCount } from '../../output/units.ts';

export const rebuild = defineCommand({
  name: 'rebuild',
  summary: 'Make the sums that reports read anew from the calls',
  explanation:
    'For what `usage verify` or `doctor` finds. Works on a database, a day in a commit of its own, while others go on. ' +
    'Sums whose calls were dropped for their age stay.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['usage rebuild', 'usage rebuild ./data/tokens.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onDatabase<RebuiltDocument>({ path, ...flags }, 'writes', context, async (chosen) => {
      const { UsageTracker } = await import('@iron/usage');
      await using database = await openChosen(chosen);
      await using usage = await UsageTracker.open(database, { now: context.now });
      const document = await usage.rebuildTotals({ actor: operator() });
      return { document, text: () => `Made the sums of ${showCount(document.days, 'day')} anew.`, exitCode: DONE };
    }),
});
