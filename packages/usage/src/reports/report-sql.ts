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

/** With the sign SQLite keeps its plan. Else it looks at the value while it plans, and plans anew for the next one. */
const VALUE = '+?';

/** Taken out of their JSON once, and not again for each row. LIMIT keeps SQLite from merging it into the join. */
const SPANS = '(SELECT value ->> 0 AS period, value ->> 1 AS first, value ->> 2 AS last FROM json_each(?) LIMIT -1)';

/**
 * The query of a plan: a page of groups in the order of period and dimensions. Columns: `period`, one for each
 * dimension by its name, the sums. What has no project or agent comes first.
 *
 * @param after the period and the values of the last group of the page before
 */
export function reportQuery(question: ReportQuestion, plan: ReportPlan, after: readonly (string | number)[]): Query {
  const arms = (['day', 'quarter', 'row'] as const)
    .filter((grain) => plan.pieces.some((piece) => piece.grain === grain))
    .map((grain) => armQuery(grain, question, plan));
  const keys = ['period', ...question.groupBy.map((dimension) => orderKey(dimension))];
  const columns = ['period', ...question.groupBy];
  const sql = `
    SELECT ${[...columns, ...SUMS.map(([sum]) => `sum(${sum}) AS ${sum}`)].join(', ')}
    FROM (${arms.map((arm) => arm.sql).join(' UNION ALL ')})
    ${after.length > 0 ? `WHERE (${keys.join(', ')}) > (${keys.map(() => VALUE).join(', ')})` : ''}
    GROUP BY ${columns.join(', ')}
    HAVING (sum(requests), sum(total_tokens), sum(cost_nanos)) <> (0, 0, 0)
    ORDER BY ${columns.join(', ')}
    LIMIT ${VALUE}`;
  return { sql, values: [...arms.flatMap((arm) => arm.values), ...after, question.limit + 1] };
}

/** Ids of projects are not empty, ids of agents not negative: so NULL has a place before them. */
export const KEY_OF_NONE = { project: '', agent: -1 } as const;

function orderKey(dimension: ReportDimension): string {
  if (dimension === 'project') return `coalesce(project, '${KEY_OF_NONE.project}')`;
  return dimension === 'agent' ? `coalesce(agent, ${KEY_OF_NONE.agent})` : dimension;
}

/**
 * What one source answers. CROSS JOIN keeps the order of the loops: from few tokens or few spans to what lies in them,
 * and never the other way round.
 */
function armQuery(grain: Grain, question: ReportQuestion, { sums, pieces, step }: ReportPlan): Query {
  const { time, table } = SOURCES[grain];
  const conditions = conditionsOf(question);
  const spans = pieces.filter((piece) => piece.grain === grain).map(({ period, start, end }) => [period, start, end]);
  const isOfSpan = `${time} >= s.first AND ${time} < s.last`;
  const period = step === undefined ? 's.period' : `max(${time} - ${time} % ${step}, s.period)`;
  const isTokensFirst = grain === 'day' || conditions.some(({ dimension }) => isOwner(dimension));
  const from =
    sums === 'model'
      ? `${SPANS} s CROSS JOIN ${table(sums)} u ON ${isOfSpan}`
      : isTokensFirst
        ? `api_tokens t CROSS JOIN ${SPANS} s CROSS JOIN ${table(sums)} u ON u.token_id = t.id AND ${isOfSpan}`
        : `${SPANS} s CROSS JOIN ${table(sums)} u ON ${isOfSpan} CROSS JOIN api_tokens t ON t.id = u.token_id`;
  const columns = [
    `${period} AS period`,
    ...question.groupBy.map((dimension) => `${COLUMNS[dimension]} AS ${dimension}`),
    ...SUMS.map(([sum, ofRow]) => (grain === 'row' ? `${ofRow} AS ${sum}` : `u.${sum}`)),
  ];
  const where = conditions.map(({ dimension }) => `${COLUMNS[dimension]} IS ${VALUE}`);
  return {
    sql: `SELECT ${columns.join(', ')} FROM ${from} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}`,
    values: [JSON.stringify(spans), ...conditions.map(({ value }) => value)],
  };
}
