import { z } from 'zod';
import type { Guard } from '../../migrations/guard-table.ts';
import { quoteName } from '../../structure/quote-name.ts';
import { readPostgresGuards } from '../migrations/postgres-guards.ts';
import { readPostgresStructure } from '../structure/read-postgres-structure.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import type { ArchiveHeader, TableContent } from './archive-header.ts';
import {
  CONSTRAINT_STATEMENTS,
  CONTENT_TABLES,
  FUNCTION_STATEMENTS,
  IDENTITIES,
  INDEX_STATEMENTS,
  POLICY_STATEMENTS,
  ROW_SECURITY_STATEMENTS,
  RULE_STATEMENTS,
  TABLE_STATEMENTS,
  TRIGGER_STATEMENTS,
  VIEW_STATEMENTS,
} from './definition-queries.ts';

/** Told how many of the tables have been read. */
type OnTable = (done: number, total: number) => void;

const statementSchema = z.array(z.object({ sql: z.string() }));
const tableSchema = z.array(z.object({ name: z.string(), columns: z.array(z.string()) }));
const identitySchema = z.array(z.object({ table: z.string(), column: z.string(), sequence: z.string() }));

/** Everything about a schema but its rows, and what the rows are to be compared with. In one transaction, of one moment. */
export async function readContent(
  query: PostgresQuery,
  schema: string,
  onTable?: OnTable,
): Promise<Pick<ArchiveHeader, 'migrations' | 'definition' | 'structure' | 'tables' | 'identities'>> {
  const statements = async (sql: string) => statementSchema.parse(await query(sql, [schema])).map((row) => row.sql);
  const before = [...(await statements(FUNCTION_STATEMENTS)), ...(await statements(TABLE_STATEMENTS))];
  const after = [
    ...(await statements(CONSTRAINT_STATEMENTS)),
    ...(await statements(INDEX_STATEMENTS)),
    ...(await statements(TRIGGER_STATEMENTS)),
    ...(await statements(VIEW_STATEMENTS)),
    ...(await statements(RULE_STATEMENTS)),
    ...(await statements(POLICY_STATEMENTS)),
    ...(await statements(ROW_SECURITY_STATEMENTS)),
  ];
  return {
    definition: { before, after },
    structure: await readPostgresStructure(query, schema),
    migrations: (await readPostgresGuards(query, schema)).map(archived),
    tables: await readTables(query, schema, onTable),
    identities: await readIdentities(query, schema),
  };
}

/** A guard that somebody altered says nothing. */
function archived({ number, checksum, appliedAt }: Guard): ArchiveHeader['migrations'][number] {
  return { number, checksum: checksum ?? null, appliedAt: appliedAt ?? null };
}

/** The tables of a schema, with their rows counted and digested. */
export async function readTables(query: PostgresQuery, schema: string, onTable?: OnTable): Promise<TableContent[]> {
  const tables = tableSchema.parse(await query(CONTENT_TABLES, [schema]));
  const contents: TableContent[] = [];
  for (const { name, columns } of tables) {
    contents.push({ name, columns, ...(await digestRows(query, schema, name)) });
    onTable?.(contents.length, tables.length);
  }
  return contents;
}

/** A sum knows no order; 64 bits a row keep two different rows from looking the same. */
async function digestRows(
  query: PostgresQuery,
  schema: string,
  table: string,
): Promise<{ rows: number; digest: string }> {
  const [row] = await query(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended((r.*)::text COLLATE "C", 0)::numeric), 0)::text AS digest
     FROM ${quoteName(schema)}.${quoteName(table)} AS r`,
  );
  return z.object({ rows: z.int(), digest: z.string() }).parse(row);
}

/** Sequences are of no transaction: by now they may be further than the rows of this moment, but never behind them. */
async function readIdentities(query: PostgresQuery, schema: string): Promise<ArchiveHeader['identities']> {
  const identities = identitySchema.parse(await query(IDENTITIES, [schema]));
  const read: ArchiveHeader['identities'] = [];
  for (const { table, column, sequence } of identities) {
    const next = '(CASE WHEN is_called THEN last_value + 1 ELSE last_value END)::text';
    const [row] = await query(`SELECT ${next} AS next FROM ${quoteName(schema)}.${quoteName(sequence)}`);
    read.push({ table, column, next: String(row?.['next']) });
  }
  return read;
}
