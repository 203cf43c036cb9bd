import { z } from 'zod';
import { guardTableName, isGuardTable } from '../../migrations/guard-table.ts';
import { quoteName } from '../../structure/count-rows.ts';
import type { PostgresQuery } from '../postgres-query.ts';
import type { ArchiveHeader } from './archive-header.ts';

const TABLES = `SELECT t.relname::text AS name,
    (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attname IN ('applied_at', 'checksum')) AS columns
  FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
  WHERE n.nspname = $1 AND t.relkind = 'r' AND t.relname ~ '^_migration_[0-9]+_completed$'
  ORDER BY t.relname::text COLLATE "C"`;

const tableSchema = z.array(z.object({ name: z.string(), columns: z.int() }));
const rowSchema = z.object({ appliedAt: z.int(), checksum: z.string() });

/** What the guards of a schema say, by the numbers of the migrations. One that somebody altered says nothing. */
export async function readGuardRows(query: PostgresQuery, schema: string): Promise<ArchiveHeader['migrations']> {
  const tables = tableSchema.parse(await query(TABLES, [schema])).filter(({ name }) => isGuardTable(name));
  const guards: ArchiveHeader['migrations'] = [];
  for (const { name, columns } of tables) {
    const from = `${quoteName(schema)}.${quoteName(name)}`;
    const sql = `SELECT applied_at AS "appliedAt", checksum FROM ${from} LIMIT 1`;
    const found = columns === 2 ? rowSchema.safeParse((await query(sql))[0]).data : undefined;
    guards.push({ number: numberOf(name), checksum: found?.checksum ?? null, appliedAt: found?.appliedAt ?? null });
  }
  return guards.toSorted((one, other) => one.number - other.number);
}

function numberOf(name: string): number {
  const number = Number(/\d+/.exec(name)?.[0]);
  return name === guardTableName(number) ? number : 0;
}
