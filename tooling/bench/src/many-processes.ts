import { type CallingOutcome, startCalling, type Work } from './calling-process.ts';
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
  const made: Contender = { what: 'calls of all', rounds: [] };
  const most: Contender = { what: 'most calls of a process', rounds: [] };
  const fewest: Contender = { what: 'fewest calls of a process', rounds: [] };
  const failed: Contender = { what: 'calls that met an error', rounds: [] };
  const longest: Contender = { what: 'longest call', rounds: [] };
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await callTogether({
      path,
      secrets: secrets.slice(0, SECRETS),
      inFlight: IN_FLIGHT,
      milliseconds,
    });
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

/** They begin at once, when each has its database open. */
async function callTogether(work: Work): Promise<CallingOutcome[]> {
  const processes = await Promise.all(Array.from({ length: PROCESSES }, async () => await startCalling(work)));
  return await Promise.all(processes.map(async (each) => await each.begin()));
}
