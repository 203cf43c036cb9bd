import { type DatabaseLifecycle, readEnvironment } from '@iron/db';
import { z } from 'zod';
import type { CommandContext } from '../../context.ts';
import { databaseArguments, databaseFlags } from '../../database/on-database.ts';
import { onLifecycle } from '../../database/on-lifecycle.ts';
import { DONE, FAILED } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { SeedCheckDocument, SeedDocument } from '../../json-documents.ts';
import { showCount } from '../../output/units.ts';
import { visibleText } from '../../output/visible-text.ts';
import { countsText } from './contents.ts';
import { credentialsText, developmentCredentials } from './credentials.ts';

export const seed = defineCommand({
  name: 'seed',
  summary: 'Put the development data into an existing database',
  explanation:
    'What is there already is left alone, also when a person changed it; so it is safe to run any number of times.\nRefused in production.',
  arguments: databaseArguments,
  flags: {
    ...databaseFlags,
    check: z
      .literal(true)
      .optional()
      .meta({ description: 'Change nothing; report seeded rows that are missing or were changed (exit code 1)' }),
  },
  examples: ['db seed', 'db seed --check'],
  run: async ({ arguments: { path }, flags: { database: named, check } }, context) =>
    onLifecycle<SeedCheckDocument | SeedDocument>(
      { path, database: named },
      check ? 'reads' : 'writes',
      context,
      async (lifecycle) => (check ? checkSeeded(lifecycle) : putIn(lifecycle, context)),
    ),
});

async function putIn(lifecycle: DatabaseLifecycle, { env, now }: CommandContext): Promise<Outcome<SeedDocument>> {
  const { path: _, ...added } = await lifecycle.seed({ environment: readEnvironment(env), now });
  const credentials = developmentCredentials();
  return {
    document: { added, credentials },
    text: (paint) => ['Rows put in', countsText(added, paint), '', credentialsText(credentials)].join('\n'),
    exitCode: DONE,
  };
}

async function checkSeeded(lifecycle: DatabaseLifecycle): Promise<Outcome<SeedCheckDocument>> {
  const { drift } = await lifecycle.checkSeed();
  const summary =
    drift.length === 0
      ? 'The development data is as it was put in.'
      : `${showCount(drift.length, 'row differs', 'rows differ')}:`;
  return {
    document: { drift },
    text: () => [summary, ...drift.map(({ message }) => `  ${visibleText(message)}`)].join('\n'),
    exitCode: drift.length === 0 ? DONE : FAILED,
  };
}
