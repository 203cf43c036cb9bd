import { AdmissionController } from '@iron/admission';
import { openSqliteDatabase } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { callThrough } from './clients.ts';
import type { Contender } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import { growthOf } from './growth.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';
import { usedBytes } from './used-bytes.ts';

const MILLION = 1_000_000;
const IN_FLIGHT = 64;
const QUARTERS = 4;

/** How large databases of so many calls are, how they grow, and what calls add that have just been made. */
export async function measureDatabaseSize(
  sizes: readonly ServedDatabase[],
  scale: Scale['databaseSize'],
): Promise<Figures> {
  const largest = sizes.at(-1);
  if (!largest) throw new TypeError('There is no database.');
  const files = sizes.map(({ calls, sizes: steps }) =>
    spreadOf({ what: `after ${calls.toLocaleString('en')} calls`, rounds: [(steps.at(-1)?.bytes ?? 0) / MILLION] }),
  );
  const quarters = quartersOf(largest);
  const made = await makeCalls(largest, scale);
  const about = { title: 'What a million calls add to the file', across: 'calls in the file by then' };
  const growth = growthOf(about, [{ name: 'usage rows, their indexes and sums', steps: quarters }]);
  const million = [...quarters.map(({ cost }) => cost), made.kept, made.swept].map((each) => spreadOf(each));
  const title = `What so many calls take on the disk, of ${largest.tokens.toLocaleString('en')} tokens`;
  return {
    title,
    durations: [],
    memory: [],
    files: [...files, ...million],
    ratios: [...growth.ratios, ratioOf(made.kept, made.swept, null)],
    notes: [
      'A million more: usage rows inserted in order of time, with random request ids; a run is a step of that quarter. A million',
      'made: calls through AdmissionController, whose own ids are in order of time, with the holds that they have settled, and',
      'after these were swept. Pages that are free for what comes next are not counted.',
    ],
    plots: [growth.plot, { kind: 'bars', title, axis: 'file (MB)', bars: [...files, ...million] }],
  };
}

/** What a million calls add, in each quarter of the way to a large database: its steps are the rounds. */
function quartersOf({ sizes }: ServedDatabase): { at: number; cost: Contender }[] {
  const steps = sizes.slice(1).map(({ calls, bytes }, index) => {
    const before = sizes[index] ?? { calls: 0, bytes: 0 };
    return { calls, added: (bytes - before.bytes) / (calls - before.calls) }; // bytes a call are megabytes a million
  });
  const aQuarter = Math.floor(steps.length / QUARTERS);
  return Array.from({ length: QUARTERS }, (_, quarter) => {
    const own = steps.slice(quarter * aQuarter, (quarter + 1) * aQuarter);
    const at = own.at(-1)?.calls ?? 0;
    return {
      at,
      cost: { what: `a million more, up to ${at.toLocaleString('en')}`, rounds: own.map(({ added }) => added) },
    };
  });
}

/** Makes calls, looks how large the file is, sweeps their holds away, and looks again. */
async function makeCalls({ path, secrets }: ServedDatabase, { rounds, calls }: Scale['databaseSize']) {
  using database = await openSqliteDatabase({ kind: 'file', path, mode: 'rw' });
  database.connection.pragma('synchronous = OFF');
  await using admissions = await AdmissionController.open(database);
  await using limits = await LimitEnforcer.open(database);
  const kept: Contender = { what: 'a million made, with their holds', rounds: [] };
  const swept: Contender = { what: 'a million made, without them', rounds: [] };
  await limits.sweep({ keepEndedMs: 0 }); // of what others have left
  for (let round = 0; round < rounds; round += 1) {
    const before = usedBytes(database.connection);
    await callThrough(admissions, { secrets, inFlight: IN_FLIGHT, calls });
    kept.rounds.push((usedBytes(database.connection) - before) / calls);
    await limits.sweep({ keepEndedMs: 0 });
    swept.rounds.push((usedBytes(database.connection) - before) / calls);
  }
  return { kept, swept };
}
