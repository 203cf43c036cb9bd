import type { OpenApi } from '../../api/with-api.ts';
import type { UsageReportDocument } from '../../json-documents.ts';
import type { Dimension, Interval, ReportRow, Sums } from './report-columns.ts';

export interface ReportQuestion {
  readonly groupBy: Dimension[];
  readonly interval: Interval | undefined;
  readonly timeZone: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly tokenId: number | undefined;
  readonly userId: string | undefined;
  readonly projectId: string | null | undefined;
  readonly agentId: number | null | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly cursor?: string | undefined;
}

const LINES_A_PAGE = 1_000;
const MOST_LINES = 10_000;

/** The pages of a report, one after the other; of each what comes after it. */
export async function* reportPages(
  { client, api }: OpenApi,
  { cursor: start, ...question }: ReportQuestion,
): AsyncGenerator<{ items: ReportRow[]; nextCursor: string | null }, void, undefined> {
  let cursor: string | null | undefined = start;
  do {
    const page: { items: ReportRow[]; nextCursor: string | null } = await client.call(api.reportUsage, {
      query: { ...question, limit: LINES_A_PAGE, cursor },
    });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** The first lines of a report, and what all there are add up to. */
export async function readReport(opened: OpenApi, question: ReportQuestion): Promise<UsageReportDocument> {
  const items: ReportRow[] = [];
  let nextCursor: string | null = null;
  let totals = NOTHING;
  for await (const page of reportPages(opened, question)) {
    totals = page.items.reduce(add, totals);
    if (items.length >= MOST_LINES) continue;
    items.push(...page.items);
    nextCursor = page.nextCursor;
  }
  return { items, nextCursor, totals };
}

const NOTHING: Sums = {
  requests: '0',
  inputTokens: '0',
  outputTokens: '0',
  cachedInputTokens: '0',
  cacheWriteTokens: '0',
  reasoningTokens: '0',
  audioTokens: '0',
  totalTokens: '0',
  costNanos: '0',
  unpricedRequests: '0',
};

function add(sums: Sums, row: ReportRow): Sums {
  const both = (name: keyof Sums) => String(BigInt(sums[name]) + BigInt(row[name]));
  return {
    requests: both('requests'),
    inputTokens: both('inputTokens'),
    outputTokens: both('outputTokens'),
    cachedInputTokens: both('cachedInputTokens'),
    cacheWriteTokens: both('cacheWriteTokens'),
    reasoningTokens: both('reasoningTokens'),
    audioTokens: both('audioTokens'),
    totalTokens: both('totalTokens'),
    costNanos: both('costNanos'),
    unpricedRequests: both('unpricedRequests'),
  };
}
