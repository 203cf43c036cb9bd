import { z } from 'zod';

/** A time that was typed, for a clock that says what it is counted from: milliseconds since the epoch. */
type TypedTime = (now: number) => number;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const MOMENTS = 'a date (2027-01-01), a time (2027-01-01T12:00:00Z), milliseconds since the epoch';

/** A time to come: a moment, or how long it is until then. */
export function timeAhead() {
  return z
    .string()
    .transform((typed, issues) => readTime(typed, 1) ?? refuse(issues, 'how long until then (30d, 12h)'));
}

/** The same, or `never`, which is null. */
export function timeAheadOrNever() {
  return z
    .string()
    .transform((typed, issues) =>
      typed === 'never' ? null : (readTime(typed, 1) ?? refuse(issues, 'how long until then (30d, 12h), or "never"')),
    );
}

/** A time that has passed: a moment, or how long ago that was. */
export function timeAgo() {
  return z.string().transform((typed, issues) => readTime(typed, -1) ?? refuse(issues, 'how long ago (30d, 12h)'));
}

/** How long: milliseconds. */
export function duration() {
  return z.string().transform((typed, issues) => {
    const length = readDuration(typed);
    if (length !== undefined) return length;
    issues.addIssue('must be a length of time such as 90s, 15m, 12h, 30d or 2w');
    return z.NEVER;
  });
}

/** The flags of every command about what happened in a range of time. */
export const rangeFlags = {
  since: timeAgo()
    .optional()
    .meta({ value: '<time>', description: 'From then on: a date, a time, or 7d for a week ago' }),
  until: timeAgo().optional().meta({ value: '<time>', description: 'Until then, and not at that moment itself' }),
};

/** The range as the API takes it. */
export function rangeOf(
  { since, until }: { readonly since?: TypedTime | undefined; readonly until?: TypedTime | undefined },
  now: number,
): { from: number | undefined; to: number | undefined } {
  return { from: since?.(now), to: until?.(now) };
}

function readTime(typed: string, direction: 1 | -1): TypedTime | undefined {
  const length = readDuration(typed);
  if (length !== undefined) return (now) => now + direction * length;
  const moment = readMoment(typed);
  return moment === undefined ? undefined : () => moment;
}

function readDuration(typed: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(typed) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0);
}

/** A date begins at midnight, UTC; a time of day without its offset would be a guess. */
function readMoment(typed: string): number | undefined {
  if (/^\d{13}$/.test(typed)) return Number(typed);
  const isMoment = [z.iso.date(), z.iso.datetime({ offset: true })].some((schema) => schema.safeParse(typed).success);
  return isMoment ? Date.parse(typed) : undefined;
}

function refuse(issues: z.RefinementCtx, lengths: string): never {
  issues.addIssue(`must be ${MOMENTS}, or ${lengths}`);
  return z.NEVER;
}
