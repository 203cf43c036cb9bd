import type { ChosenDatabase, ChosenFile } from './choose-database.ts';
import { FileNeededError } from './database-errors.ts';

/**
 * What a command works on that is about a file, its backups and what is beside it.
 *
 * @throws {FileNeededError} the database is on a PostgreSQL server
 */
export function requireFile(chosen: ChosenDatabase): ChosenFile {
  if (chosen.kind === 'file') return chosen;
  throw new FileNeededError(chosen.name);
}
