import { type Contender, settleDisk } from '../contender.ts';
import { type Spread, spreadOf } from '../figures.ts';
import { medianOf } from '../median.ts';
import type { Synchronous } from '../admission-rounds.ts';
import { type GateSettings, UNLIMITED } from './gate.ts';
import { type GateProcess, startGateProcess } from './gate-process.ts';

/** What waits for no disk makes so many more calls in a turn, which would be over too soon to be timed. */
const MORE_IN_MEMORY = 50;

/** Whoever takes part, in a process of his own. */
export interface Entrant {
  readonly what: string;
  /** What he does, where that is not what the others do. */
  readonly remark: string;
  readonly kind: GateSettings['kind'];
  readonly store: string;
  readonly callers: readonly string[];
}

/** How calls are made. */
interface Course {
  readonly synchronous: Synchronous;
  readonly inFlight: number;
  /** A first round on top warms up. */
  readonly rounds: number;
  readonly turns: number;
  readonly callsATurn: number;
}

/** What a call takes, in milliseconds, round by round. */
export interface Result extends Contender {
  readonly remark: string;
}

/** Entrants, each with a process. */
export interface Contest<Name extends string> {
  /** Everybody makes calls by turns. @throws {Error} a call was refused, so that its time would say nothing */
  hold(course: Course): Promise<Results<Name>>;
}

/** Processes that stay from one contest to the next, each for the entrant of one name, until the end of the `using` block. */
export class ContestProcesses implements Disposable {
  readonly #started = new DisposableStack();
  readonly #byName = new Map<string, GateProcess>();

  of(name: string): GateProcess {
    const process = this.#byName.get(name) ?? this.#started.use(startGateProcess());
    this.#byName.set(name, process);
    return process;
  }

  [Symbol.dispose](): void {
    this.#started.dispose();
  }
}

/** Everybody's results, and that of each by his name. */
export interface Results<Name extends string> {
  readonly all: readonly Result[];
  of(name: Name): Result;
}

export function contestOf<Name extends string>(
  entrants: Readonly<Record<Name, Entrant>>,
  processes: ContestProcesses,
): Contest<Name> {
  const runners = Object.entries<Entrant>(entrants).map(([name, entrant]) => {
    return { name, ...entrant, process: processes.of(name) };
  });
  return {
    async hold(course) {
      await Promise.all(
        runners.map(async ({ kind, store, callers, process }) => {
          await process.open({ kind, store, limit: UNLIMITED, synchronous: course.synchronous }, callers);
        }),
      );
      const results = runners.map((runner) => ({ ...runner, rounds: new Array<number>() }));
      for (let round = 0; round <= course.rounds; round += 1) {
        await runRound(results, course);
        settleDisk();
      }
      return resultsOf(results);
    },
  };
}

/** Without the first round, which was the warm-up. */
function resultsOf<Name extends string>(running: readonly Running[]): Results<Name> {
  const results = running.map(
    ({ name, what, remark, rounds }) => [name, { what, remark, rounds: rounds.slice(1) }] as const,
  );
  const byName = new Map<string, Result>(results);
  return {
    all: [...byName.values()],
    of(name) {
      const result = byName.get(name);
      if (result === undefined) throw new TypeError(`Nobody is called ${name}.`);
      return result;
    },
  };
}

export function remarkedSpreadOf(result: Result): Spread {
  return { ...spreadOf(result), remark: result.remark };
}

type Running = Entrant & { readonly name: string; readonly process: GateProcess; readonly rounds: number[] };

/** Every other turn goes backwards, so that nobody always comes after the same neighbour. */
async function runRound(results: readonly Running[], course: Course): Promise<void> {
  const runs = results.map((each) => ({ ...each, times: new Array<number>() }));
  for (let turn = 0; turn < course.turns; turn += 1) {
    for (const run of turn % 2 === 0 ? runs : runs.toReversed()) run.times.push(await timeOfCall(run, course));
  }
  for (const { rounds, times } of runs) rounds.push(medianOf(times));
}

async function timeOfCall({ what, store, process }: Running, { inFlight, callsATurn }: Course): Promise<number> {
  const calls = store === '' ? callsATurn * MORE_IN_MEMORY : callsATurn;
  const { milliseconds, refusals } = await process.run({ calls, inFlight });
  await process.tidy();
  const reasons = Object.keys(refusals);
  if (reasons.length > 0) throw new Error(`${what} has refused calls that it had room for: ${reasons.join(', ')}.`);
  return milliseconds / calls;
}
