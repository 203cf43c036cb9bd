import { InvalidInputError, type IronDatabase, makePage, type Page, parseInput, readCursor } from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';
import { horizonReader } from '../retention/horizon.ts';
import { KeptStatements } from './kept-statements.ts';
import { type Period, periodAt } from './periods.ts';
import { planReport } from './report-plan.ts';
import { type ReportDimension, reportSchema, type ReportQuestion } from './report-question.ts';
import { KEY_OF_NONE, reportQuery } from './report-sql.ts';

/** What usage adds up to. Exact, however large. */
export interface UsageSums {
  readonly requests: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly cachedInputTokens: bigint;
  readonly cacheWriteTokens: bigint;
  readonly reasoningTokens: bigint;
  readonly audioTokens: bigint;
  readonly totalTokens: bigint;
  /** Nano-dollars, of what has a price. */
  readonly costNanos: bigint;
  /** Requests whose price is not known: they cost something, and it is not in `costNanos`. */
  readonly unpricedRequests: bigint;
}

/** One line of a report: the period and the dimensions that were asked for, and what was used. */
export interface ReportRow extends UsageSums {
  /** Null where no interval was asked for. */
  readonly period: Period | null;
  readonly tokenId?: number;
  readonly userId?: string;
  /** Null: in no project. */
  readonly projectId?: string | null;
  /** Null: of no agent. */
  readonly agentId?: number | null;
  readonly provider?: string;
  readonly model?: string;
}

type SqlValue = string | bigint | null;
type SqlRow = Readonly<Record<string, SqlValue>>;

/** Makes the function that answers one page of a report, from the database as it is at one moment. */
export function usageReporter(database: IronDatabase): (input: unknown, now: number) => Page<ReportRow> {
  const readHorizon = horizonReader(database);
  const statements = new KeptStatements<SqlRow>(database);
  const read = database.connection.transaction((question: ReportQuestion, after: readonly (string | number)[]) => {
    const plan = planReport(question, readHorizon());
    if (plan.pieces.length === 0) return [];
    const { sql, values } = reportQuery(question, plan, after);
    return statements.prepare(sql).all(...values);
  });
  return (input, now) => {
    const parsed = parseInput('report', reportSchema, input);
    const question = { ...parsed, to: parsed.to ?? endOfDay(now) };
    if (question.from > question.to) throw new InvalidInputError('report', ['from: must not be after `to`']);
    const after = readCursor(cursorOf(question), parsed.cursor) ?? [];
    return makePage(read(question, after), question.limit, {
      keyOf: (row) => keyOf(row, question),
      itemOf: (row) => reportRow(row, question),
    });
  };
}

/** The sums of today are then read as they are, and not today's rows. */
function endOfDay(now: number): number {
  return now - (now % DAY) + DAY;
}

/** A period and the values of the dimensions. */
function cursorOf({ groupBy }: ReportQuestion) {
  const kinds = ['number', ...groupBy.map((dimension) => (isNumber(dimension) ? 'number' : 'string'))];
  return z
    .array(z.union([z.string(), z.number()]))
    .length(kinds.length)
    .refine((values) => values.every((value, index) => typeof value === kinds[index]));
}

function isNumber(dimension: ReportDimension): boolean {
  return dimension === 'token' || dimension === 'agent';
}

const FIELDS = {
  token: 'tokenId',
  user: 'userId',
  project: 'projectId',
  agent: 'agentId',
  provider: 'provider',
  model: 'model',
} as const satisfies Record<ReportDimension, keyof ReportRow>;

function keyOf(row: SqlRow, { groupBy }: ReportQuestion): (string | number)[] {
  const keyOfDimension = (dimension: ReportDimension) => {
    const none = dimension === 'agent' ? KEY_OF_NONE.agent : KEY_OF_NONE.project;
    return plain(row[dimension] ?? null) ?? none;
  };
  return [Number(row['period']), ...groupBy.map(keyOfDimension)];
}

function reportRow(row: SqlRow, { groupBy, interval, timeZone, to }: ReportQuestion): ReportRow {
  const sum = (column: string) => BigInt(row[column] ?? 0);
  return {
    period: interval ? periodAt(Number(row['period']), to, interval, timeZone) : null,
    ...Object.fromEntries(groupBy.map((dimension) => [FIELDS[dimension], plain(row[dimension] ?? null)])),
    requests: sum('requests'),
    inputTokens: sum('input_tokens'),
    outputTokens: sum('output_tokens'),
    cachedInputTokens: sum('cached_input_tokens'),
    cacheWriteTokens: sum('cache_write_tokens'),
    reasoningTokens: sum('reasoning_tokens'),
    audioTokens: sum('audio_tokens'),
    totalTokens: sum('total_tokens'),
    costNanos: sum('cost_nanos'),
    unpricedRequests: sum('unpriced_requests'),
  };
}

function plain(value: SqlValue): string | number | null {
  return typeof value === 'bigint' ? Number(value) : value;
}
