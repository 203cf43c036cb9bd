import { quoteName } from '../structure/quote-name.ts';

/** The schema that Iron's tables are in. */
export const SCHEMA = 'public';

/** @returns the name of a table with its schema, as SQL writes it */
export function qualified(table: string): string {
  return `${quoteName(SCHEMA)}.${quoteName(table)}`;
}
