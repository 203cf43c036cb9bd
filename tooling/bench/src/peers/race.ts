import type { GateProcess, TurnOutcome } from './gate-process.ts';
import type { Limiting, Places } from './limiting.ts';
import type { DifferentialScale } from './peers-scale.ts';

/** What became of calls that were made at once: of the first, and of as many after the limit was raised to twice. */
export interface Race {
  readonly admitted: number;
  readonly admittedAfterwards: number;
  /** Why calls were refused. */
  readonly refusals: readonly string[];
}

/** Lets all of the processes make their part of the calls at once, against one limit that nobody has used before. */
export async function race(
  { kind, isPeer, place, make }: Limiting,
  places: Places,
  processes: readonly GateProcess[],
  { calls, limit }: DifferentialScale,
): Promise<Race> {
  const store = await places[place]();
  const caller = await make(store, limit);
  const settings = { kind, store, limit, synchronous: 'FULL' } as const;
  const opening = processes.map((each) => async () => await each.open(settings, [caller]));
  // Not a part of the race.
  if (!isPeer) await Promise.all(opening.map(async (open) => await open()));
  else for (const open of opening) await open(); // those that make a table then would disturb each other
  const inFlight = calls / processes.length;
  const callAtOnce = async () =>
    await Promise.all(processes.map(async (each) => await each.run({ calls: inFlight, inFlight })));
  const first = await callAtOnce();
  for (const each of processes) await each.raise({ limit: limit * 2, more: limit });
  const second = await callAtOnce();
  return {
    admitted: admittedBy(first),
    admittedAfterwards: admittedBy(second),
    refusals: [...new Set([...first, ...second].flatMap(({ refusals }) => Object.keys(refusals)))],
  };
}

function admittedBy(outcomes: readonly TurnOutcome[]): number {
  return outcomes.map(({ admitted }) => admitted).reduce((one, other) => one + other, 0);
}
