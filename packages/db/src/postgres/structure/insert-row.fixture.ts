import type { Row, TableName } from '../../schema/valid-rows.fixture.ts';
import type { PostgresQuery } from '../postgres-query.ts';

/** Inserts a row, given by the names of its columns. */
export async function insertRow(query: PostgresQuery, table: TableName, row: Row, conflict = ''): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')}) ${conflict}`,
    Object.values(row),
  );
}
