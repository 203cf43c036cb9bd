import { resolve } from 'node:path';
import { createMigration, InvalidMigrationNameError, type MigrationFilePair } from '@iron/db';
import { z } from 'zod';
import { DONE } from '../../exit-code.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { MigrationFileDocument } from '../../json-documents.ts';
import { pairs } from '../../output/table.ts';
import { InvalidValueError } from '../../usage-errors.ts';

export const migrationNew = defineCommand({
  name: 'new',
  summary: 'Make the next migration, a file for each engine with its header',
  arguments: {
    name: z.string().meta({ description: 'What it does, in lower-case words joined by _' }),
  },
  flags: {
    folder: z.string().min(1, 'must name a folder').optional().meta({
      value: '<path>',
      description: "The folder of migrations, those for PostgreSQL in postgres/. Default: Iron's own",
    }),
  },
  examples: ['db migration new add_team_budgets'],
  run: async ({ arguments: { name }, flags: { folder } }, { cwd }) => {
    const made = create(name, folder === undefined ? undefined : resolve(cwd, folder));
    const document: MigrationFileDocument = made;
    return {
      document,
      text: (paint) =>
        pairs(
          [
            ['Made', made.file],
            ['Made', made.postgresFile],
          ],
          paint,
        ),
      exitCode: DONE,
    };
  },
});

function create(name: string, folder: string | undefined): MigrationFilePair {
  try {
    return createMigration({ name, ...(folder !== undefined && { folder }) });
  } catch (error) {
    if (!(error instanceof InvalidMigrationNameError)) throw error;
    throw new InvalidValueError('name', error.message.replace(/\.$/, ''), error.hint);
  }
}
