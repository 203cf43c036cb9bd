import { type Guard, guardTableName, isGuardTable } from '../../migrations/guard-table.ts';
import type { Migration } from '../../migrations/read-migrations.ts';
import { SCHEMA } from '../iron-schema.ts';
import type { PostgresQuery } from '../postgres-query.ts';

const TABLES = `
  SELECT t.relname::text AS name, array(
    SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns
  FROM pg_class AS t WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.relkind IN ('r', 'p')
  ORDER BY t.relname::text COLLATE "C"`;

/** Every guard in a schema, by number. */
export async function readPostgresGuards(query: PostgresQuery, schema: string = SCHEMA): Promise<readonly Guard[]> {
  const tables = (await query(TABLES, [schema])).map(({ name, columns }) => ({
    name: String(name),
    columns: Array.isArray(columns) ? columns : [],
  }));
  const guards = tables.filter(({ name }) => isGuardTable(name));
  const whole = guards.filter(({ columns }) => columns.includes('applied_at') && columns.includes('checksum'));
  const marks = await readMarks(
    query,
    schema,
    whole.map(({ name }) => name),
  );
  return guards
    .map(({ name }) => ({
      number: Number(/\d+/.exec(name)?.[0]),
      appliedAt: marks.get(name)?.appliedAt,
      checksum: marks.get(name)?.checksum,
    }))
    .toSorted((one, other) => one.number - other.number);
}

type Mark = Pick<Guard, 'appliedAt' | 'checksum'>;

/** The first row of each. */
async function readMarks(query: PostgresQuery, schema: string, names: readonly string[]): Promise<Map<string, Mark>> {
  if (names.length === 0) return new Map();
  const parts = names.map(
    (name) => `(SELECT '${name}' AS name, applied_at::text AS "appliedAt", checksum::text AS checksum
      FROM ${schema}.${name} ORDER BY ctid LIMIT 1)`,
  );
  const rows = await query(parts.join(' UNION ALL '));
  return new Map(
    rows
      .filter(({ appliedAt, checksum }) => appliedAt !== null && checksum !== null)
      .map(({ name, appliedAt, checksum }) => [
        String(name),
        { appliedAt: Number(appliedAt), checksum: String(checksum) },
      ]),
  );
}

/** Leaves the guard of `migration`; part of its transaction. */
export async function writePostgresGuard(query: PostgresQuery, migration: Migration, now: number): Promise<void> {
  await query(guardTableSql(migration));
  await query(`INSERT INTO ${guardTableName(migration.number)} (applied_at, checksum) VALUES ($1, $2)`, [
    now,
    migration.checksum,
  ]);
}

/** Makes the table of a guard. */
export function guardTableSql({ number }: Migration): string {
  return `CREATE TABLE ${guardTableName(number)} (applied_at bigint NOT NULL, checksum text COLLATE "C" NOT NULL)`;
}
