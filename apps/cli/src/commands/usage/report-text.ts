import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import type { UsageReportDocument } from '../../json-documents.ts';
import { bar } from '../../output/bar.ts';
import type { Paint } from '../../output/paint.ts';
import { type Cell, table } from '../../output/table.ts';
import { showUsd } from '../../output/units.ts';
import type { ReportQuestion } from './read-report.ts';
import { isUnpriced, type ReportRow, type Sums, valueOf } from './report-columns.ts';

type Shape = Pick<ReportQuestion, 'groupBy' | 'interval'>;

const BAR_WIDTH = 24;

/** A report as a table with its totals; with bars where they can be seen. */
export function reportOutcome(
  document: UsageReportDocument,
  shape: Shape,
  isDrawn: boolean,
): Outcome<UsageReportDocument> {
  const { items, nextCursor } = document;
  return {
    document,
    text: (paint) => (items.length === 0 ? 'Nothing was used.' : reportTable(document, shape, isDrawn, paint)),
    ...(nextCursor !== null && { note: `There are more: use --csv, or --cursor ${nextCursor}` }),
    exitCode: DONE,
  };
}

function reportTable({ items, totals }: UsageReportDocument, shape: Shape, isDrawn: boolean, paint: Paint): string {
  const names = [...(shape.interval ? [shape.interval] : []), ...shape.groupBy];
  const hasUnpriced = totals.unpricedRequests !== '0';
  const heading = ['requests', 'input', 'output', 'cost', ...(hasUnpriced ? ['unpriced'] : [])];
  const amountsOf = (sums: Sums): Cell[] => [
    ...[sums.requests, sums.inputTokens, sums.outputTokens].map(showSum),
    isUnpriced(sums) ? 'unknown' : showUsd(sums.costNanos),
    ...(hasUnpriced ? [showSum(sums.unpricedRequests)] : []),
  ];
  const total = ['total', ...names.slice(1).map(() => ''), ...amountsOf(totals)];
  if (names.length === 0) return table(['', ...heading], [total], paint);
  const bars = isDrawn ? barsOf(items) : [];
  const rows = items.map((row, index) => [...namesOf(row, shape), ...amountsOf(row), ...bars.slice(index, index + 1)]);
  return table([...names, ...heading, ...(isDrawn ? [''] : [])], [...rows, total], paint);
}

function namesOf(row: ReportRow, { groupBy, interval }: Shape): Cell[] {
  return [
    ...(interval ? [row.period?.label ?? ''] : []),
    ...groupBy.map((dimension) => valueOf(row, dimension) ?? 'none'),
  ];
}

/** Of each line its part beside the largest one: of the cost, or of the tokens where nothing has a cost. */
function barsOf(items: readonly ReportRow[]): string[] {
  const costs = items.map(({ costNanos }) => Number(costNanos));
  const amounts = costs.some((cost) => cost > 0) ? costs : items.map(({ totalTokens }) => Number(totalTokens));
  const largest = amounts.reduce((one, other) => Math.max(one, other), 0);
  return amounts.map((amount) => bar(amount, largest, BAR_WIDTH));
}

/** Beyond 2^53 a number would not be exact, and the text of its digits is. */
function showSum(digits: string): Cell {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : digits;
}
