import { type IronDatabase, openSqliteDatabase } from '@iron/db';
import { type ReportInput, UsageTracker } from '@iron/usage';
import { type Contender, type Sprinter, sprinter, takeTurns } from './contender.ts';
import { type Figures, ratioOf, spreadOf, type Target } from './figures.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

const DAY_MS = 86_400_000;
const LONGEST_MS = 5;

/** Reports on few calls and on ten times as many, of the same year. */
export async function measureReports(
  few: ServedDatabase,
  many: ServedDatabase,
  { rounds, turns }: Scale['reports'],
): Promise<Figures> {
  using database = await openSqliteDatabase({ kind: 'file', path: few.path, mode: 'ro' });
  using largeDatabase = await openSqliteDatabase({ kind: 'file', path: many.path, mode: 'ro' });
  const small = await reportsOn(database, few);
  const large = await reportsOn(largeDatabase, many);
  const all = [...small, ...large];
  for (let round = 0; round <= rounds; round += 1) await takeTurns(all, turns);
  for (const each of all) each.rounds.shift(); // the warm-up

  const target = (toReach: Target) => (many.calls >= 10_000_000 ? toReach : null);
  const longest: Contender = { what: `${LONGEST_MS} ms`, rounds: Array.from({ length: rounds }, () => LONGEST_MS) };
  return {
    title: `Reports over ${few.calls.toLocaleString('en')} and ${many.calls.toLocaleString('en')} calls; ${rounds} rounds`,
    durations: all.map((each) => spreadOf(each)),
    memory: [],
    ratios: large.flatMap((report, index) => {
      const smaller = small[index];
      const growth = smaller ? [ratioOf(report, smaller, target({ atMost: 3 }))] : [];
      return [ratioOf(report, longest, target({ atMost: 1 })), ...growth];
    }),
    notes: [],
  };
}

async function reportsOn(database: IronDatabase, { calls }: ServedDatabase): Promise<Sprinter[]> {
  const tracker = await UsageTracker.open(database);
  const now = Date.now();
  const report = (what: string, input: ReportInput) =>
    sprinter(`${what}, of ${calls.toLocaleString('en')}`, async () => await tracker.report(input));
  return [
    report('by day, 30 days', { interval: 'day', from: now - 30 * DAY_MS }),
    report('by provider, a week', { groupBy: ['provider'], from: now - 7 * DAY_MS }),
    report('by provider, all', { groupBy: ['provider'] }),
  ];
}
