import { type CheckResult, readEnvironment } from '@iron/db';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { Paint } from '../../output/paint.ts';
import type { VerifyDocument } from '../../json-documents.ts';
import { pasteable } from '../../output/pasteable.ts';
import { withProgress } from '../../output/progress.ts';
import { visibleText } from '../../output/visible-text.ts';

export const verify = defineCommand({
  name: 'verify',
  summary: 'Check that the database is whole: its references, schema, data and credentials',
  explanation: 'Reads only. Prints each check with its result; exit code 1 means that one of them found something.',
  arguments: databaseArguments,
  flags: databaseFlags,
  examples: ['db verify', 'db verify ./backups/dev_tokens_backup_20260301_120000.db --json'],
  run: async ({ arguments: { path }, flags }, context) =>
    onLifecycle<VerifyDocument>({ path, ...flags }, 'reads', context, async (lifecycle, database) => {
      const environment = readEnvironment(context.env);
      const { passed, ...report } = await withProgress(context, async (onProgress) =>
        lifecycle.verify({ environment, onProgress }),
      );
      const paste = (hint: string | null) => hint && pasteable(hint, context.program, database.flag);
      const checks = report.checks.map((check) => ({ ...check, hint: paste(check.hint) }));
      return {
        document: { passed, checks },
        text: (paint) => checks.map((check) => checkText(check, paint)).join('\n'),
        exitCode: passed ? DONE : FAILED,
      };
    }),
});

function checkText({ check, problems, hint }: CheckResult, paint: Paint): string {
  if (problems.length === 0) return `${paint('green', 'passed')}  ${check}`;
  const findings = [...problems, ...(hint ? [hint] : [])].map((line) => `        ${visibleText(line)}`);
  return [`${paint('red', 'FAILED')}  ${check}`, ...findings].join('\n');
}
