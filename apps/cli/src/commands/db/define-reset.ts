import { readEnvironment } from '@iron/db';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { replacedLines, undoCommand } from '../../database/replaced.ts';
import { DONE } from '../../exit-code.ts';
import type { Command } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { ResetDocument } from '../../json-documents.ts';
import { withProgress } from '../../output/progress.ts';
import { pairs } from '../../output/table.ts';
import { countContents, countsText } from './contents.ts';
import { credentialsText, developmentCredentials } from './credentials.ts';

interface ResetWords {
  readonly name: string;
  readonly summary: string;
  readonly seed: boolean;
}

/** `reset` and `reset-seed`, which differ in the data they leave behind. */
export function defineReset({ name, summary, seed }: ResetWords): Command {
  return defineCommand({
    name,
    summary,
    explanation:
      'The new database is built and checked beside the present one, which is backed up; then they are swapped in one ' +
      'step. Refused while anybody else has the database open, and in production.',
    arguments: databaseArguments,
    flags: databaseFlags,
    examples: [`db ${name}`, `db ${name} ./other.db`, `db ${name} --json`],
    run: async ({ arguments: { path }, flags }, context) =>
      onLifecycle<ResetDocument>({ path, ...flags }, 'creates', context, async (lifecycle, database) => {
        const environment = readEnvironment(context.env);
        const { migrations, backup, setAside } = await withProgress(context, async (onProgress) =>
          lifecycle.reset({ seed, environment, now: context.now, onProgress }),
        );
        const undo = undoCommand({ backup, setAside }, database, context);
        const counts = await countContents(lifecycle);
        const credentials = seed ? developmentCredentials() : null;
        return {
          document: { migrations, counts, credentials, backup, setAside, undo },
          text: (paint) =>
            [
              pairs(
                [
                  ...replacedLines({ backup, setAside }, undo),
                  ['Migrations', `${migrations.map((file) => file.slice(0, 3)).join(', ')} applied`],
                ],
                paint,
              ),
              countsText(counts, paint),
              ...(credentials ? [credentialsText(credentials)] : []),
            ].join('\n\n'),
          exitCode: DONE,
        };
      }),
  });
}
