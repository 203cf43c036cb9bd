import type { SqliteDatabase } from '@iron/db';
import { SUM_COLUMNS } from '../totals/roll-ups.ts';
import { KeptStatements } from './kept-statements.ts';
import type { SqlRow } from './report-groups.ts';
import { lowHalf, type Query, type ReportDialect } from './report-sql.ts';

/**
 * Makes the function that answers a report's query on SQLite. Its sums end at 64 bits, where the whole query fails; only
 * then the halves of each number are added up apart, which takes twice as long.
 */
export function sqliteReporter(
  database: Pick<SqliteDatabase, 'connection'>,
): (queryIn: (dialect: ReportDialect) => Query) => SqlRow[] {
  const statements = new KeptStatements<SqlRow>(database);
  const ask = ({ sql, values }: Query) => statements.prepare(sql).all(...values);
  return (queryIn) => {
    try {
      return ask(queryIn('sqlite'));
    } catch (error) {
      if (!isOverflow(error)) throw error;
      return ask(queryIn('sqliteInHalves')).map(joinHalves);
    }
  };
}

function isOverflow(error: unknown): boolean {
  return error instanceof Error && error.message === 'integer overflow';
}

function joinHalves(row: SqlRow): SqlRow {
  const sums = SUM_COLUMNS.map(
    (sum) => [sum, (BigInt(row[sum] ?? 0) << 32n) + BigInt(row[lowHalf(sum)] ?? 0)] as const,
  );
  return { ...row, ...Object.fromEntries(sums) };
}
