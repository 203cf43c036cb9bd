import { AdmissionController } from '@iron/admission';
import { openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import type { Synchronous } from './admission-rounds.ts';
import { callThrough } from './clients.ts';
import { settleDisk, type Sprinter, sprinter, takeTurns } from './contender.ts';
import { type Figures, spreadOf } from './figures.ts';
import { growthOf } from './growth.ts';
import type { LinesPlot } from './plot.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

const IN_FLIGHT = 64;
const SYNCHRONOUS: readonly Synchronous[] = ['FULL', 'NORMAL'];

/** A database, and how much it has of what they differ in. */
export interface Size {
  readonly at: number;
  readonly served: ServedDatabase;
}

/** Calls let through and settled in databases that differ in one thing, by turns. */
export async function measureGrowingDatabases(
  about: Pick<LinesPlot, 'title' | 'across'>,
  sizes: readonly Size[],
  { rounds, turns, callsATurn }: Scale['admissions'],
): Promise<Figures> {
  const calls = Math.ceil(callsATurn / IN_FLIGHT) * IN_FLIGHT;
  await using opened = new AsyncDisposableStack();
  const databases = await Promise.all(
    sizes.map(async (size) => ({ at: size.at, ...(await openCalls(size.served, opened)) })),
  );
  const courses = SYNCHRONOUS.map((synchronous) => ({
    name: `synchronous=${synchronous}`,
    steps: databases.map(({ at, callersAt }) => ({
      at,
      cost: callersAt(`${at.toLocaleString('en')} ${about.across}, ${synchronous}`, synchronous, calls),
    })),
  }));
  const all = courses.flatMap(({ steps }) => steps.map(({ cost }) => cost));
  for (let round = 0; round <= rounds; round += 1) {
    await takeTurns(all, turns);
    for (const { limits } of databases) await limits.sweep({ keepEndedMs: 0 });
    settleDisk();
  }
  for (const each of all) each.rounds.shift(); // the warm-up
  const { ratios, plot } = growthOf(about, courses);
  return {
    title: `${about.title}; ${IN_FLIGHT} in flight, ${rounds} rounds`,
    durations: all.map(({ what, rounds: times }) => spreadOf({ what, rounds: times.map((time) => time / calls) })),
    memory: [],
    ratios,
    notes: ['Times are of one call: let through and settled.'],
    plots: [plot],
  };
}

/** Whoever has a turn begins with an empty log, so that nobody writes back what another has left there. */
async function openCalls({ path, secrets }: ServedDatabase, opened: AsyncDisposableStack) {
  const database = opened.use(await openSqliteDatabase({ kind: 'file', path, mode: 'rw' }));
  const admissions = opened.use(await AdmissionController.open(database));
  const limits = opened.use(await LimitEnforcer.open(database));
  const callersAt = (what: string, synchronous: Synchronous, calls: number): Sprinter =>
    sprinter(
      what,
      async () => await callThrough(admissions, { secrets, inFlight: IN_FLIGHT, calls }),
      () => {
        database.connection.pragma(`synchronous = ${synchronous}`);
        database.connection.pragma('wal_checkpoint(TRUNCATE)');
      },
    );
  return { limits, callersAt };
}
