import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  InvalidInputError,
  type IronDatabase,
  makePage,
  type Page,
  parseInput,
  readCursor,
  type Reader,
  wait,
  type Work,
} from '@iron/db';
import { z } from 'zod';
import { DAY } from '../durations.ts';
import { readHorizon } from '../retention/horizon.ts';
import { type Period, periodAt } from './periods.ts';
import { type GroupKey, ReportGroups, type SqlRow, type SqlValue } from './report-groups.ts';
import { firstPeriodOf, needsRows, planReport, type ReportPlan, requireRows } from './report-plan.ts';
import { type ReportDimension, reportSchema, type ReportQuestion } from './report-question.ts';
import { reportSlicer } from './report-slices.ts';
import { KEY_OF_NONE, type ReportDialect, reportQuery } from './report-sql.ts';
import { sqliteReporter } from './sqlite-report.ts';

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

const ROWS_A_READ = 5_000;

/**
 * Makes the function that answers one page of a report. What it finds as sums, and up to `rowsARead` rows, are read as
 * they are at one moment; more rows are read bit by bit on SQLite, and others go on writing meanwhile.
 */
export function usageReporter(
  database: IronDatabase,
  rowsARead = ROWS_A_READ,
): (input: unknown, now: number) => Promise<Page<ReportRow>> {
  const readOnSqlite = database.engine === 'sqlite' ? sqliteReporter(database) : undefined;
  const slicesOf = reportSlicer(database, rowsARead);
  const read = function* (reader: Reader, { question, plan, after }: Part): Work<SqlRow[]> {
    const queryIn = (dialect: ReportDialect) => reportQuery(dialect, question, plan, after);
    if (readOnSqlite) return readOnSqlite(queryIn);
    const { sql, values } = queryIn('postgres');
    return yield* wait(reader.statement<SqlValue[], SqlRow>(sql).all(...values));
  };
  const readRows = function* (reader: Reader, part: Part): Work<SqlRow[]> {
    requireRows(part.plan, yield* readHorizon(reader));
    return yield* read(reader, part);
  };
  return async (input, now) => {
    const parsed = parseInput('report', reportSchema, input);
    const question = { ...parsed, to: parsed.to ?? endOfDay(now) };
    if (question.from > question.to) throw new InvalidInputError('report', ['from: must not be after `to`']);
    const after = placeOf(question);
    const groups = new ReportGroups((row) => keyOf(row, question), question.limit + 1);
    const from = Math.max(question.from, Number(after[0] ?? 0)); // the period that the page before ended in
    let parts = 0;
    for await (const plan of slicesOf(planReport({ ...question, from }))) {
      if (groups.areFullBefore(firstPeriodOf(plan))) break;
      parts += 1;
      if (parts > 1) await nextTurn();
      const part = { question, plan, after };
      groups.add(
        needsRows(plan)
          ? await database.atOneMoment((reader) => readRows(reader, part))
          : await database.read((reader) => read(reader, part)),
      );
    }
    return makePage(groups.inOrder(), question.limit, {
      keyOf: (row) => keyOf(row, question),
      itemOf: (row) => reportRow(row, question),
    });
  };
}

/** What is read at one moment. */
interface Part {
  readonly question: ReportQuestion;
  readonly plan: ReportPlan;
  readonly after: GroupKey;
}

/** The sums of today are then read as they are, and not today's rows. */
function endOfDay(now: number): number {
  return now - (now % DAY) + DAY;
}

/** A period and the values of the dimensions; nothing at the beginning. */
function placeOf({ groupBy, cursor }: ReportQuestion): GroupKey {
  if (cursor === undefined) return []; // before a schema is made for nothing
  const kinds = ['number', ...groupBy.map((dimension) => (isNumber(dimension) ? 'number' : 'string'))];
  const place = z
    .array(z.union([z.string(), z.int()]))
    .length(kinds.length)
    .refine((values) => values.every((value, index) => typeof value === kinds[index]));
  return readCursor(place, cursor) ?? [];
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

function keyOf(row: SqlRow, { groupBy }: ReportQuestion): GroupKey {
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
