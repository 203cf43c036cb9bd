import { type IronDatabase, parseInput } from '@iron/db';
import { type CsvCell, csvLine } from './csv-line.ts';
import { formatUsd } from './nano-dollars.ts';
import { exportUsageSchema, readUsage, type UsageLine } from './usage-lines.ts';

type Format = 'csv' | 'ndjson';

/** The columns of an export, in their order. */
const CELLS: Readonly<Record<string, (line: UsageLine) => CsvCell>> = {
  id: (line) => line.id,
  recorded_at: (line) => new Date(line.recordedAt).toISOString(),
  token_id: (line) => line.tokenId,
  user_id: (line) => line.userId,
  project_id: (line) => line.projectId,
  agent_id: (line) => line.agentId,
  request_id: (line) => line.requestId,
  provider: (line) => line.provider,
  model: (line) => line.model,
  input_tokens: (line) => line.inputTokens,
  output_tokens: (line) => line.outputTokens,
  cached_input_tokens: (line) => line.cachedInputTokens,
  cache_write_tokens: (line) => line.cacheWriteTokens,
  reasoning_tokens: (line) => line.reasoningTokens,
  audio_tokens: (line) => line.audioTokens,
  total_tokens: (line) => line.totalTokens,
  requests_count: (line) => line.requestsCount,
  cost_usd: (line) => (line.costNanos === null ? null : formatUsd(line.costNanos)),
  cost_nanos: (line) => line.costNanos,
  price_version: (line) => line.priceVersion,
};

const COLUMNS = Object.entries(CELLS);

/**
 * All usage rows as text, in pieces of whole lines. What has no price has no cost: an empty cell in CSV, null in NDJSON.
 *
 * @throws {InvalidInputError} the question is none
 */
export function exportUsage(database: IronDatabase, input: unknown): AsyncGenerator<string, void, undefined> {
  const { format, ...filter } = parseInput('exportUsage', exportUsageSchema, input);
  return writeLines(readUsage(database, filter), format);
}

async function* writeLines(
  pages: AsyncIterable<readonly UsageLine[]>,
  format: Format,
): AsyncGenerator<string, void, undefined> {
  if (format === 'csv') yield csvLine(COLUMNS.map(([name]) => name));
  for await (const lines of pages) {
    if (lines.length > 0) yield lines.map((line) => (format === 'csv' ? csvRow(line) : jsonLine(line))).join('');
  }
}

function csvRow(line: UsageLine): string {
  return csvLine(COLUMNS.map(([, cellOf]) => cellOf(line)));
}

function jsonLine(line: UsageLine): string {
  return `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, cellOf]) => [name, cellOf(line)])))}\n`;
}
