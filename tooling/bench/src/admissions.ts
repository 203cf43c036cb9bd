import { type AdmissionRounds, type Synchronous, timeAdmissions } from './admission-rounds.ts';
import type { Contender } from './contender.ts';
import { type Figures, type Ratio, ratioOf, spreadOf, type Target } from './figures.ts';
import { type Course, growthOf } from './growth.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

/** Calls let through and settled, against the same statements by hand in transactions of as many calls. */
export async function measureAdmissions(
  served: ServedDatabase,
  synchronous: Synchronous,
  scale: Scale['admissions'],
): Promise<Figures> {
  const levels = await timeAdmissions(served, synchronous, scale);
  const durations = levels.flatMap(({ together, byHand, oneByOne }) => [
    together.share,
    byHand,
    ...(oneByOne ? [oneByOne.share, together.wait, oneByOne.wait] : []),
  ]);
  const calls = served.calls.toLocaleString('en');
  const growth = growthOf(
    { title: `What a call costs among others, synchronous=${synchronous}`, across: 'calls in flight' },
    [
      courseOf('through AdmissionController', levels, ({ together }) => together.share),
      courseOf('the same statements by hand', levels, ({ byHand }) => byHand),
    ],
  );
  const ratios = levels.flatMap((level) => ratiosOf(level, synchronous));
  const title = `Calls let through and settled among ${calls}, synchronous=${synchronous}, ${scale.rounds} rounds`;
  return {
    title,
    durations: durations.map((each) => spreadOf(each)),
    memory: [],
    ratios: [...ratios, ...growth.ratios],
    notes: [
      'in flight: through AdmissionController by so many clients. By hand: its statements in a loop, without checks,',
      'savepoints, prices or promises; one commit lets as many calls through, one settles them. One by one: the same',
      'by so many clients, each call in two commits of its own. Times are of one call. All write the same rows over the same',
      'connection, each turn with an empty log; ended holds are swept away between rounds, in no time that counts.',
    ],
    plots: [{ kind: 'bars', title, axis: 'ratio within each run', bars: ratios }, growth.plot],
  };
}

function courseOf(
  name: string,
  levels: readonly AdmissionRounds[],
  costOf: (level: AdmissionRounds) => Contender,
): Course {
  return { name, steps: levels.map((level) => ({ at: level.inFlight, cost: costOf(level) })) };
}

/** What is to be reached of the loop by hand, by how many calls are in flight. */
const OF_BY_HAND: Readonly<Record<number, Target>> = { 1: { atLeast: 0.8 }, 64: { atLeast: 0.85 } };

function ratiosOf({ inFlight, together, byHand, oneByOne }: AdmissionRounds, synchronous: Synchronous): Ratio[] {
  const ofByHand = ratioOf(byHand, together.share, OF_BY_HAND[inFlight] ?? null);
  if (!oneByOne) return [ofByHand];
  const isFull = synchronous === 'FULL';
  return [
    ofByHand,
    ratioOf(oneByOne.share, together.share, isFull ? { atLeast: 8 } : null),
    ratioOf(oneByOne.share, byHand, null), // what committing together can give at most
    ratioOf(together.wait, oneByOne.wait, isFull ? { atMost: 0.2 } : null),
  ];
}
