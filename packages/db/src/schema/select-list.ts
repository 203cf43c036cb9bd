/**
 * Columns of a table as a statement reads them into fields, for those that Drizzle does not write:
 * `token_id AS "tokenId", …`. A column that is added to the table is in all of them.
 *
 * @param columns all of them, as `getTableColumns` gives them, or some
 * @param table what the statement calls it, where it reads others, too
 */
export function selectList(columns: Readonly<Record<string, { readonly name: string }>>, table?: string): string {
  const of = table === undefined ? '' : `${table}.`;
  return Object.entries(columns)
    .map(([field, { name }]) => `${of}${name} AS "${field}"`)
    .join(', ');
}
