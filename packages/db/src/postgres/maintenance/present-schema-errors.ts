import { IronError } from '@iron/errors';
import { SCHEMA } from '../iron-schema.ts';

/** Where Iron's tables belong is what another program made, and nothing of Iron's. */
export class ForeignSchemaError extends IronError {
  readonly code = 'database.not_iron';
  /** @param found what there is, such as `table notes` */
  constructor(database: string, found: readonly string[], schema: string = SCHEMA) {
    super(`The schema ${schema} of ${database} is not one of Iron's: it holds ${nameSome(found)}.`, {
      hint: 'Iron leaves it as it is. Make a database for Iron alone (CREATE DATABASE iron), and name that one.',
      details: { database, found: found.length },
    });
  }
}

/** Another program keeps tables beside Iron's, which would be dropped. */
export class ForeignTablesError extends IronError {
  readonly code = 'database.foreign_tables';
  /** @param found what Iron did not make, such as `view notes` */
  constructor(database: string, found: readonly string[]) {
    super(`${database} holds what Iron did not make: ${nameSome(found)}.`, {
      hint: 'Nothing was changed. Give Iron a database of its own, or move or drop what it did not make.',
      details: { database, found: found.length },
    });
  }
}

/** Something in another schema is built on Iron's tables, and would have to be dropped with them. */
export class DependentsError extends IronError {
  readonly code = 'database.depended_on';
  /** @param dependents such as `view reporting.daily` */
  constructor(database: string, dependents: readonly string[]) {
    super(`In ${database} something else is built on Iron's tables: ${nameSome(dependents)}.`, {
      hint: 'Nothing was changed. Drop it, run the command again, and make it again afterwards.',
      details: { database, dependents: dependents.length },
    });
  }
}

const MOST_NAMED = 5;

function nameSome(things: readonly string[]): string {
  const rest = things.length > MOST_NAMED ? ` and ${things.length - MOST_NAMED} more` : '';
  return `${things.slice(0, MOST_NAMED).join(', ')}${rest}`;
}
