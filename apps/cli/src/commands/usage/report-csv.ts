import type { OpenApi } from '../../api/with-api.ts';
import { type ReportQuestion, reportPages } from './read-report.ts';
import { isUnpriced, type ReportRow, type Sums, valueOf } from './report-columns.ts';

const SUMS: readonly (readonly [string, keyof Sums])[] = [
  ['requests', 'requests'],
  ['input_tokens', 'inputTokens'],
  ['output_tokens', 'outputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
  ['audio_tokens', 'audioTokens'],
  ['total_tokens', 'totalTokens'],
];

/** Every line of a report as CSV, a page a piece. The cost of what has no price is an empty cell. */
export async function* reportCsv(opened: OpenApi, question: ReportQuestion): AsyncGenerator<string, void, undefined> {
  const { csvLine, formatUsd } = await import('@iron/usage');
  const { groupBy, interval } = question;
  yield csvLine([
    ...(interval ? ['period', 'period_start', 'period_end'] : []),
    ...groupBy,
    ...SUMS.map(([heading]) => heading),
    'cost_usd',
    'cost_nanos',
    'unpriced_requests',
  ]);
  const costOf = (row: ReportRow) =>
    isUnpriced(row) ? [null, null] : [formatUsd(BigInt(row.costNanos)), row.costNanos];
  for await (const { items } of reportPages(opened, question)) {
    const lines = items.map((row) =>
      csvLine([
        ...(row.period ? [row.period.label, isoTime(row.period.start), isoTime(row.period.end)] : []),
        ...groupBy.map((dimension) => valueOf(row, dimension)),
        ...SUMS.map(([, name]) => row[name]),
        ...costOf(row),
        row.unpricedRequests,
      ]),
    );
    yield lines.join('');
  }
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
