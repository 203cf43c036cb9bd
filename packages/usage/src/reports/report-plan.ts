import { DAY, HOUR, QUARTER } from '../durations.ts';
import { UsageDroppedError } from '../usage-errors.ts';
import { type Span, periodsOf } from './periods.ts';
import { conditionsOf, isOwner, type ReportQuestion } from './report-question.ts';

/** Where the numbers of a span come from: sums by UTC day, sums by quarter of an hour, or the rows themselves. */
export type Grain = 'day' | 'quarter' | 'row';

/** A part of a period that one source answers. */
export interface Piece extends Span {
  readonly grain: Grain;
  /** When its period starts. */
  readonly period: number;
}

/** How a question is answered. */
export interface ReportPlan {
  /** Whose sums are read: those of tokens, those of models, or none that fit. */
  readonly sums: 'token' | 'model' | 'none';
  readonly pieces: readonly Piece[];
  /** The length of the UTC hours or days that the pieces are cut into by their own times; undefined: by `period`. */
  readonly step: number | undefined;
}

/** No row is older. Rounded down to a day. */
const BEGINNING = 999_993_600_000;

const GRAINS = {
  model: [
    { grain: 'day', size: DAY },
    { grain: 'quarter', size: QUARTER },
  ],
  token: [{ grain: 'day', size: DAY }],
  none: [],
} as const satisfies Record<ReportPlan['sums'], readonly { grain: Grain; size: number }[]>;

const KEPT_WHOLES = {
  model: 'whole quarters of an hour',
  token: 'whole UTC days',
  none: 'tokens, users, projects and agents alone, or providers and models alone',
} as const satisfies Record<ReportPlan['sums'], string>;

/**
 * Decides what a question reads.
 *
 * - About providers and models, or about everything: sums by UTC day; at the edges of a range or of another zone's
 *   days sums by quarter of an hour; only for what is left of a quarter at either end of the range, rows.
 * - About tokens, users, projects and agents: sums by UTC day; rows for what is left of a UTC day at the edges. So by
 *   hour, and by day of another time zone, the rows of the range are read: of all tokens unless it asks for few.
 * - About both at once: the rows of the range, those of the tokens that it asks for.
 *
 * @throws {TooManyPeriodsError} it has more than 10,000 periods
 */
export function planReport(question: ReportQuestion): ReportPlan {
  const dimensions = [...question.groupBy, ...conditionsOf(question).map(({ dimension }) => dimension)];
  const asksForOwners = dimensions.some(isOwner);
  const asksForModels = dimensions.some((dimension) => !isOwner(dimension));
  const sums = asksForOwners ? (asksForModels ? 'none' : 'token') : 'model';
  const step = stepOf(question);
  const range = { start: Math.max(question.from, BEGINNING), end: question.to };
  const periods =
    question.interval && step === undefined ? periodsOf(range, question.interval, question.timeZone) : [range];
  const grains = GRAINS[sums].filter(({ size }) => step === undefined || size <= step);
  const pieces = periods.flatMap((period) => cutIntoGrains(period, grains, period.start));
  return { sums, pieces, step };
}

/** No line of a plan, or of a part of one, is of an earlier period. */
export function firstPeriodOf({ pieces, step }: ReportPlan): number {
  const periods = pieces.map(({ start, period }) =>
    step === undefined ? period : Math.max(start - (start % step), period),
  );
  return periods.reduce((first, period) => Math.min(first, period), Infinity);
}

/** Whether a plan, or a part of one, reads rows. */
export function needsRows({ pieces }: ReportPlan): boolean {
  return pieces.some(({ grain }) => grain === 'row');
}

/** @throws {UsageDroppedError} it needs rows from before `keptFrom`, of which only sums are kept */
export function requireRows({ pieces, sums }: ReportPlan, keptFrom: number): void {
  const lacksRows = pieces.some(({ grain, start }) => grain === 'row' && start < keptFrom);
  if (lacksRows) throw new UsageDroppedError(keptFrom, KEPT_WHOLES[sums]);
}

/** Hours and days of UTC can be told from a time without knowing where each begins. */
function stepOf({ interval, timeZone }: ReportQuestion): number | undefined {
  if (timeZone !== 'UTC') return undefined;
  if (interval === 'hour') return HOUR;
  return interval === 'day' ? DAY : undefined;
}

/** The wholes of the coarsest grain in the middle, and on both sides what finer grains can answer. */
function cutIntoGrains(
  { start, end }: Span,
  [coarsest, ...finer]: readonly { grain: Grain; size: number }[],
  period: number,
): Piece[] {
  if (start >= end) return [];
  if (!coarsest) return [{ grain: 'row', start, end, period }];
  const first = Math.ceil(start / coarsest.size) * coarsest.size;
  const last = Math.floor(end / coarsest.size) * coarsest.size;
  if (first >= last) return cutIntoGrains({ start, end }, finer, period);
  return [
    ...cutIntoGrains({ start, end: first }, finer, period),
    { grain: coarsest.grain, start: first, end: last, period },
    ...cutIntoGrains({ start: last, end }, finer, period),
  ];
}
