import { z } from 'zod';
import { databaseFlags } from '../database/on-database.ts';
import { doctorText } from '../doctor/doctor-text.ts';
import { examine } from '../doctor/examine.ts';
import { DONE, FAILED } from '../exit-code.ts';
import { defineCommand } from '../grammar/define-command.ts';
import type { DoctorDocument } from '../json-documents.ts';
import { pasteable } from '../output/pasteable.ts';
import { withProgress } from '../output/progress.ts';
import { InvalidValueError } from '../usage-errors.ts';

/** At most as many checks are announced before they are carried out. */
const STEPS = 14;

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check everything there is to check, and say what to do',
  explanation:
    'Looks at configuration, versions, database, logs, sums, prices, holds, provider keys, files and backups; changes ' +
    'nothing. Exit code 1 means that a check has failed; warnings leave it at 0.',
  arguments: {},
  flags: {
    ...databaseFlags,
    server: z.string().optional().meta({ value: '<url>', description: 'Refused: this looks at files, not at servers' }),
  },
  examples: ['doctor', 'doctor --database ./data/tokens.db --json'],
  run: async ({ flags: { server, ...typed } }, context) => {
    if (server !== undefined)
      throw new InvalidValueError('--server', LOCAL_ONLY, 'Run it on the machine of the server.');
    const { database, holders, versions, checks } = await withProgress(context, async (report) => {
      let done = 0;
      return await examine(typed, context, (step) => report({ step, done: done++, total: STEPS }));
    });
    const paste = (hint: string | null) => hint && pasteable(hint, context.program, database?.flag);
    const document: DoctorDocument = {
      database: database?.name ?? null,
      holders,
      passed: checks.every(({ verdict }) => verdict !== 'failed'),
      versions,
      checks: checks.map((check) => ({ ...check, hint: paste(check.hint) })),
    };
    return {
      document,
      text: (paint) => doctorText(document, paint),
      exitCode: document.passed ? DONE : FAILED,
    };
  },
});

const LOCAL_ONLY = 'is not for doctor, which looks at the database, its files and the configuration themselves';
