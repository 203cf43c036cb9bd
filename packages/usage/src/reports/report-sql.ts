import type { IronDatabase } from '@iron/db';
import { SUMS } from '../totals/roll-ups.ts';
import type { Grain, ReportPlan } from './report-plan.ts';
import { COLUMNS, conditionsOf, type ReportDimension, isOwner, type ReportQuestion } from './report-question.ts';

/** A query and what to bind to it. */
export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

const SOURCES: Readonly<
  Record<Grain, { readonly time: string; readonly table: (sums: ReportPlan['sums']) => string }>
> = {
  day: { time: 'u.day', table: (sums) => (sums === 'token' ? '_usage_by_token' : '_usage_by_model') },
  quarter: { time: 'u.quarter', table: () => '_usage_by_model_quarter' },
  row: { time: 'u.recorded_at', table: () => 'token_usage' },
};

/** The words of an engine; of SQLite also those for sums beyond 64 bits, see `sqliteReporter`. */
export type ReportDialect = IronDatabase['engine'] | 'sqliteInHalves';

/** What the dialects say differently. */
interface Dialect {
  /** A value. */
  readonly value: string;
  /** The spans of JSON such as `[[period, first, last], …]`, as a table. */
  readonly spans: string;
  /** A join whose loops keep their order, where the engine does not choose it by what is in the tables. */
  readonly join: string;
  /** The larger of two values. */
  readonly larger: string;
  /** The sum of a column as it is read, under its name. */
  sum(column: string): string;
  /** A sum that is to be told from 0. */
  roughSum: string;
}

const SQLITE: Dialect = {
  // With the sign SQLite keeps its plan. Else it looks at the value while it plans, and plans anew for the next one.
  value: '+?',
  // Taken out of their JSON once, and not again for each row. LIMIT keeps SQLite from merging it into the join.
  spans: '(SELECT value ->> 0 AS period, value ->> 1 AS first, value ->> 2 AS last FROM json_each(?) LIMIT -1)',
  join: 'CROSS JOIN',
  larger: 'max',
  sum: (column) => `sum(${column}) AS ${column}`, // exact, see `KeptStatements`
  roughSum: 'sum',
};

const DIALECTS: Readonly<Record<ReportDialect, Dialect>> = {
  sqlite: SQLITE,
  sqliteInHalves: {
    ...SQLITE,
    sum: (column) => `sum(${column} >> 32) AS ${column}, sum(${column} & 4294967295) AS ${lowHalf(column)}`,
    roughSum: 'total',
  },
  postgres: {
    value: '?',
    spans: `(
      SELECT (value ->> 0)::bigint AS period, (value ->> 1)::bigint AS first, (value ->> 2)::bigint AS last
      FROM json_array_elements(?::json) AS spans (value) OFFSET 0
    )`,
    join: 'JOIN',
    larger: 'greatest',
    sum: (column) => `CAST(sum(${column}) AS text) AS ${column}`,
    roughSum: 'sum',
  },
};

/** The column of the lower 32 bits, where a sum is read in halves. */
export function lowHalf(column: string): string {
  return `${column}_low`;
}

/**
 * The query of a plan: a page of groups in the order of period and dimensions. Columns: `period`, one for each
 * dimension by its name, the sums. What has no project or agent comes first.
 *
 * @param after the period and the values of the last group of the page before
 */
export function reportQuery(
  words: ReportDialect,
  question: ReportQuestion,
  plan: ReportPlan,
  after: readonly (string | number)[],
): Query {
  const dialect = DIALECTS[words];
  const arms = (['day', 'quarter', 'row'] as const)
    .filter((grain) => plan.pieces.some((piece) => piece.grain === grain))
    .map((grain) => armQuery(dialect, grain, question, plan));
  const keys = ['period', ...question.groupBy.map((dimension) => orderKey(dimension))];
  const columns = ['period', ...question.groupBy.map(nameOf)];
  const sums = SUMS.map(([sum]) => dialect.sum(sum));
  const used = ['requests', 'total_tokens', 'cost_nanos'].map((column) => `${dialect.roughSum}(${column})`);
  const sql = `
    SELECT ${[...columns, ...sums].join(', ')}
    FROM (${arms.map((arm) => arm.sql).join(' UNION ALL ')}) AS parts
    ${after.length > 0 ? `WHERE (${keys.join(', ')}) > (${keys.map(() => dialect.value).join(', ')})` : ''}
    GROUP BY ${columns.join(', ')}
    HAVING (${used.join(', ')}) <> (0, 0, 0)
    ORDER BY ${columns.map((column) => `${column} NULLS FIRST`).join(', ')}
    LIMIT ${dialect.value}`;
  return { sql, values: [...arms.flatMap((arm) => arm.values), ...after, question.limit + 1] };
}

/** Ids of projects are not empty, ids of agents not negative: so NULL has a place before them. */
export const KEY_OF_NONE = { project: '', agent: -1 } as const;

function orderKey(dimension: ReportDimension): string {
  const name = nameOf(dimension);
  if (dimension === 'project') return `coalesce(${name}, '${KEY_OF_NONE.project}')`;
  return dimension === 'agent' ? `coalesce(${name}, ${KEY_OF_NONE.agent})` : name;
}

/** In quotes: without them, `user` is who is connected to PostgreSQL. */
function nameOf(dimension: ReportDimension): string {
  return `"${dimension}"`;
}

/**
 * What one source answers. On SQLite, CROSS JOIN keeps the order of the loops: from few tokens or few spans to what lies
 * in them, and never the other way round.
 */
function armQuery(
  { value, spans, join, larger }: Dialect,
  grain: Grain,
  question: ReportQuestion,
  { sums, pieces, step }: ReportPlan,
): Query {
  const { time, table } = SOURCES[grain];
  const conditions = conditionsOf(question);
  const asked = pieces.filter((piece) => piece.grain === grain).map(({ period, start, end }) => [period, start, end]);
  const isOfSpan = `${time} >= s.first AND ${time} < s.last`;
  const period = step === undefined ? 's.period' : `${larger}(${time} - ${time} % ${step}, s.period)`;
  const isTokensFirst = grain === 'day' || conditions.some(({ dimension }) => isOwner(dimension));
  const from =
    sums === 'model'
      ? `${spans} s ${join} ${table(sums)} u ON ${isOfSpan}`
      : isTokensFirst
        ? `api_tokens t CROSS JOIN ${spans} s ${join} ${table(sums)} u ON u.token_id = t.id AND ${isOfSpan}`
        : `${spans} s ${join} ${table(sums)} u ON ${isOfSpan} ${join} api_tokens t ON t.id = u.token_id`;
  const columns = [
    `${period} AS period`,
    ...question.groupBy.map((dimension) => `${COLUMNS[dimension]} AS ${nameOf(dimension)}`),
    ...SUMS.map(([sum, ofRow]) => (grain === 'row' ? `${ofRow} AS ${sum}` : `u.${sum}`)),
  ];
  const where = conditions.map(({ dimension, value: wanted }) =>
    wanted === null ? `${COLUMNS[dimension]} IS NULL` : `${COLUMNS[dimension]} = ${value}`,
  );
  return {
    sql: `SELECT ${columns.join(', ')} FROM ${from} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}`,
    values: [JSON.stringify(asked), ...conditions.flatMap(({ value: wanted }) => wanted ?? [])],
  };
}
