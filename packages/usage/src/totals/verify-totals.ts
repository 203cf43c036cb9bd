import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IronDatabase, type Reader, type SqlText, wait, type Work } from '@iron/db';
import { DAY } from '../durations.ts';
import { readHorizon } from '../retention/horizon.ts';
import { derivedLines, onEach, ROLL_UPS, type RollUp, SUM_COLUMNS } from './roll-ups.ts';
import { type StrayLine, strayLines } from './stray-lines.ts';
import { usedDays } from './used-days.ts';

/** A line of sums that is not what the rows add up to. */
export interface TotalsDrift {
  readonly table: RollUp['table'];
  /** When its day or quarter of an hour starts, in milliseconds since the epoch. */
  readonly start: number;
  /** What it is about: `token 7`, `openai gpt-4o`. */
  readonly subject: string;
  /** The first sum that is wrong, what it says, and what the rows add up to. */
  readonly column: string;
  readonly kept: bigint;
  readonly derived: bigint;
}

/** Whether every sum is what its rows add up to. */
export interface TotalsVerification {
  readonly days: number;
  /** How many lines are wrong. */
  readonly drifted: number;
  /** The first hundred of them. */
  readonly drifts: readonly TotalsDrift[];
}

const MOST_NAMED = 100;

type Line = Readonly<Record<string, string | number>>;

/**
 * Derives all sums anew from the rows and compares them with those that are kept, a UTC day at a time: each day as it
 * is at one moment, with other work in between. Days of which rows may have been dropped are left out.
 */
export async function verifyTotals(database: IronDatabase): Promise<TotalsVerification> {
  const from = await database.read(readHorizon);
  const drifts: TotalsDrift[] = [];
  let [days, drifted] = [0, 0];
  const note = (found: readonly TotalsDrift[]) => {
    drifted += found.length;
    drifts.push(...found.slice(0, MOST_NAMED - drifts.length));
  };
  for await (const day of usedDays(database, from)) {
    days += 1;
    for (const comparison of COMPARISONS) {
      const lines = await database.atOneMoment((reader) => compare(reader, comparison, day));
      note(lines.map((line) => describeDrift(comparison.rollUp, line)));
      await nextTurn();
    }
  }
  for await (const page of strayLines(database, from)) {
    const keptFrom = await database.read(readHorizon);
    note(page.filter(({ day }) => day >= keptFrom).map(strayDrift));
    await nextTurn();
  }
  return { days, drifted, drifts };
}

interface Comparison {
  readonly rollUp: RollUp;
  readonly sql: SqlText;
}

const COMPARISONS: readonly Comparison[] = ROLL_UPS.map((rollUp) => ({ rollUp, sql: comparisonOf(rollUp) }));

/** The lines of a day that are missing, too many or wrong; sums as `kept_…` and `derived_…`, exact and so as text. */
function comparisonOf(rollUp: RollUp): SqlText {
  const keys = [...rollUp.keys, rollUp.time].join(', ');
  const asKept = SUM_COLUMNS.flatMap((sum) => [`${sum} AS kept_${sum}`, `0 AS derived_${sum}`]);
  const asDerived = SUM_COLUMNS.flatMap((sum) => [`0 AS kept_${sum}`, `${sum} AS derived_${sum}`]);
  const both = SUM_COLUMNS.flatMap((sum) => [
    `CAST(sum(kept_${sum}) AS text) AS kept_${sum}`,
    `CAST(sum(derived_${sum}) AS text) AS derived_${sum}`,
  ]);
  return onEach(
    (engine) => `
      WITH derived AS MATERIALIZED (${derivedLines(rollUp, engine)})
      SELECT ${keys}, ${both.join(', ')}
      FROM (
        SELECT ${keys}, ${asDerived.join(', ')} FROM derived
        UNION ALL
        SELECT ${keys}, ${asKept.join(', ')} FROM ${keptOf(rollUp)}
      ) AS lines
      GROUP BY ${keys}
      HAVING ${SUM_COLUMNS.map((sum) => `sum(kept_${sum}) <> sum(derived_${sum})`).join(' OR ')}
      ORDER BY ${keys}`,
  );
}

function* compare(reader: Reader, { rollUp, sql }: Comparison, day: number): Work<Line[]> {
  if (day < (yield* readHorizon(reader))) return [];
  const span = [day, day + DAY];
  const spans = rollUp.table === '_usage_by_token' ? span : [...span, ...span];
  return yield* wait(reader.statement<number[], Line>(sql).all(...spans));
}

/**
 * Where a day's sums are. Those of tokens lie by token, not by day: only of the tokens that used something are they
 * looked up here, and those of others are found by {@link strayLines}.
 */
function keptOf({ table, time }: RollUp): string {
  return table === '_usage_by_token'
    ? `(SELECT u.* FROM derived CROSS JOIN ${table} u WHERE u.token_id = derived.token_id AND u.day = derived.day) AS kept`
    : `${table} WHERE ${time} >= ? AND ${time} < ?`;
}

function strayDrift({ token_id: tokenId, day, total_tokens: kept }: StrayLine): TotalsDrift {
  const subject = `token ${tokenId}`;
  return { table: '_usage_by_token', start: day, subject, column: 'total_tokens', kept, derived: 0n };
}

function describeDrift({ table, keys, time }: RollUp, line: Line): TotalsDrift {
  const column = SUM_COLUMNS.find((sum) => line[`kept_${sum}`] !== line[`derived_${sum}`]) ?? 'requests';
  const names = keys.map((key) => String(line[key])).join(' ');
  return {
    table,
    start: Number(line[time]),
    subject: table === '_usage_by_token' ? `token ${names}` : names,
    column,
    kept: BigInt(line[`kept_${column}`] ?? 0),
    derived: BigInt(line[`derived_${column}`] ?? 0),
  };
}
