import type { ChosenDatabase } from './choose-database.ts';

/** Carries, beside an error, the database on which the command failed. It is never shown itself. */
export class DatabaseCommandError extends Error {
  readonly database: ChosenDatabase;
  constructor(database: ChosenDatabase, cause: unknown) {
    super('The command failed.', { cause });
    this.database = database;
  }
}
