import { existsSync } from 'node:fs';
import { DatabaseMissingError } from '@iron/db';
import { z } from 'zod';
import type { CommandContext } from '../context.ts';
import type { Outcome } from '../grammar/command.ts';
import { paintFor } from '../output/paint.ts';
import { pairs } from '../output/table.ts';
import { chooseDatabase, type ChosenDatabase, type ChosenFile, type TypedDatabase } from './choose-database.ts';
import { DatabaseCommandError } from './database-command-error.ts';
import { ReadOnlyDatabaseError } from './database-errors.ts';

/** The arguments of a command whose only argument is the database. */
export const databaseArguments = {
  path: z.string().optional().meta({
    description: 'The database: a file or a URL; else DB_PATH, else the configuration',
  }),
};

/** The flags of every command on a database. */
export const databaseFlags = {
  database: z
    .string()
    .optional()
    .meta({ value: '<path>', description: 'The database, for scripts and for where [path] means something else' }),
};

/** What a command may do to the file: `writes` needs one that exists, `creates` does not. */
export type Access = 'reads' | 'writes' | 'creates';

/**
 * Runs `work` on the database that was typed, exported or configured: prints its absolute path or its URL first, puts it
 * into the document, and keeps it with an error so that the hint names the same one.
 */
export async function onDatabase<Document extends object>(
  typed: TypedDatabase,
  access: Access,
  context: CommandContext,
  work: (database: ChosenDatabase) => Promise<Outcome<Document>>,
): Promise<Outcome> {
  const database = chooseDatabase(typed, context);
  try {
    if (database.kind === 'file') checkMode(database, access);
    context.announce(pairs([['Database', database.name]], paintFor(context.stdout, context)));
    const outcome = await work(database);
    return { ...outcome, document: { database: database.name, ...outcome.document } };
  } catch (error) {
    throw new DatabaseCommandError(database, error);
  }
}

function checkMode({ path, mode }: ChosenFile, access: Access): void {
  if (mode === 'ro' && access !== 'reads') throw new ReadOnlyDatabaseError(path);
  if (mode === 'rw' && access === 'creates' && !existsSync(path)) throw new DatabaseMissingError(path);
}
