import { type DatabaseLifecycle, lifecycleOf } from '@iron/db';
import type { CommandContext } from '../context.ts';
import type { Outcome } from '../grammar/command.ts';
import { type ChosenDatabase, locationOf, type TypedDatabase } from './choose-database.ts';
import { type Access, onDatabase } from './on-database.ts';

/**
 * {@link onDatabase} for a command that is about the whole life of a database. The backups of one of a server are in the
 * folder in which the command is typed.
 */
export async function onLifecycle<Document extends object>(
  typed: TypedDatabase,
  access: Access,
  context: CommandContext,
  work: (lifecycle: DatabaseLifecycle, database: ChosenDatabase) => Promise<Outcome<Document>>,
): Promise<Outcome> {
  return await onDatabase<Document>(typed, access, context, async (database) =>
    work(lifecycleOf(locationOf(database), { folder: context.cwd }), database),
  );
}
