import { callTogether, startCalling } from './calling-process.ts';
import { type Contender, settleDisk } from './contender.ts';
import { type Figures, ratioOf, spreadOf } from './figures.ts';
import type { Scale } from './scale.ts';
import type { ServedDatabase } from './served-database.ts';

const PROCESSES = 4;
const IN_FLIGHT = 16;
const SECRETS = 500;

/** Several processes that let calls through on one file, as fast as each can. */
export async function measureManyProcesses(
  { path, secrets }: ServedDatabase,
  { rounds, milliseconds }: Scale['manyProcesses'],
): Promise<Figures> {
  const database = { kind: 'file', path, mode: 'rw' } as const;
  using started = new DisposableStack();
  const processes = Array.from({ length: PROCESSES }, () => started.use(startCalling()));
  const made: Contender = { what: 'calls of all', rounds: [] };
  const most: Contender = { what: 'most calls of a process', rounds: [] };
  const fewest: Contender = { what: 'fewest calls of a process', rounds: [] };
  const failed: Contender = { what: 'calls that met an error', rounds: [] };
  const longest: Contender = { what: 'longest call', rounds: [] };
  for (let round = 0; round < rounds; round += 1) {
    const work = {
      database,
      secrets: secrets.slice(0, SECRETS),
      inFlight: IN_FLIGHT,
      warmUpMilliseconds: 0,
      milliseconds,
    };
    const outcomes = await callTogether(processes, () => work);
    const calls = outcomes.map((outcome) => outcome.calls);
    made.rounds.push(calls.reduce((one, other) => one + other));
    most.rounds.push(Math.max(...calls));
    fewest.rounds.push(Math.min(...calls));
    failed.rounds.push(outcomes.flatMap(({ errors }) => errors).length);
    longest.rounds.push(Math.max(...outcomes.map(({ longestMilliseconds }) => longestMilliseconds)));
    settleDisk();
  }
  return {
    title: `${PROCESSES} processes with ${IN_FLIGHT} calls in flight each, on one file, for ${milliseconds} ms; ${rounds} rounds`,
    durations: [spreadOf(longest)],
    memory: [],
    ratios: [ratioOf(failed, made, { atMost: 0 }), ratioOf(fewest, most, null)],
    notes: [`Calls of all: ${made.rounds.join(', ')}.`],
  };
}
