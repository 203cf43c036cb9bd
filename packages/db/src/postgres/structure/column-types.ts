/** Types of SQLite, and what holds the same values in PostgreSQL. */
export const TYPES: ReadonlyMap<string, string> = new Map([
  ['INTEGER', 'bigint'],
  ['TEXT', 'text'],
  ['BLOB', 'bytea'],
]);
