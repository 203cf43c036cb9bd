import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startProgram } from '@iron/test-program';
import type { PostgresOfTest } from '../backup/backed-up.fixture.ts';
import type { Moment, Progress } from './kill-at-moment.fixture.ts';
import type { PostgresLifecycleCommand } from './postgres-lifecycle-program.fixture.ts';

const PROGRAM = new URL('./postgres-lifecycle-program.fixture.ts', import.meta.url);

/** A command, what it is run on, and what must be true whenever it is killed. */
export interface KilledPostgresCommand {
  readonly command: PostgresLifecycleCommand;
  /** A database of its own for each run. */
  readonly prepare: () => Promise<PostgresOfTest>;
  /** Throws if it is not true; says which of the allowed states it found. */
  readonly check: (database: PostgresOfTest) => Promise<string>;
}

/** Longer than a run takes on a machine that is busy with anything else. */
const LONGEST_MS = 60_000;

/**
 * Runs the command in one process after another, each on a database of its own. Each kills itself some steps later than the
 * one before, so that they are spread over the whole run, and each time at others; then one right before the last COMMIT,
 * and one with it on its way. The server goes on with what the killed one has asked for.
 *
 * @returns the states that they left, in this order
 */
export async function killAtManyMoments(kills: number, killed: KilledPostgresCommand): Promise<readonly string[]> {
  const { steps, commits } = await runUndisturbed(killed);
  const spread = Array.from({ length: kills }, (_, kill) => 1 + Math.floor(((kill + Math.random()) / kills) * steps));
  const moments: Moment[] = [
    ...spread.map((step): Moment => `step ${step}`),
    `before commit ${commits}`,
    `commit ${commits}`,
  ];
  await using programs = new AsyncDisposableStack();
  const load = (moment: Moment) => programs.use(startProgram(PROGRAM, killed.command, moment));
  const states: string[] = [];
  let next: Program | undefined;
  for (const [index, moment] of moments.entries()) {
    const program = next ?? load(moment);
    const following = moments[index + 1];
    next = following && load(following); // while the other one runs
    states.push(await runAndCheck(killed, program, `${moment} of ${steps} steps`));
  }
  return states;
}

async function runAndCheck(killed: KilledPostgresCommand, program: Program, when: string): Promise<string> {
  const database = await killed.prepare();
  await begin(program, database);
  await inTime(program.ended);
  await inTime(untilAlone(database));
  try {
    return await killed.check(database);
  } catch (error) {
    throw new Error(`${killed.command} killed at ${when}: ${String(error)}`, { cause: error });
  }
}

const OTHERS = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;

/** A commit that was on its way is carried out, or not, when the server has done with the connection. */
async function untilAlone(database: PostgresOfTest): Promise<void> {
  while ((await database.ask(OTHERS)).length > 0) await sleep(20);
}

/** How far the command comes when nobody kills it. */
async function runUndisturbed(killed: KilledPostgresCommand): Promise<Progress> {
  const database = await killed.prepare();
  await using program = startProgram(PROGRAM, killed.command);
  await begin(program, database);
  const said = await inTime(program.nextLine());
  const [, steps, commits] = /^done (\d+) (\d+)$/.exec(said ?? '') ?? [];
  if (Number(commits ?? 0) === 0) throw new Error(`${killed.command} failed undisturbed: ${said}`);
  return { steps: Number(steps), commits: Number(commits) };
}

async function begin(program: Program, { url, folder }: PostgresOfTest): Promise<void> {
  const said = await inTime(program.nextLine());
  if (said !== 'ready') throw new Error(`The program did not begin: ${said}`);
  program.say(`${url}\t${folder}`);
}

/** @throws {Error} after the longest time that anything here may take */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  const done = new AbortController();
  const over = sleep(LONGEST_MS, undefined, { signal: done.signal }).then(() => {
    throw new Error(`It takes longer than ${LONGEST_MS} ms.`);
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    over.catch(() => undefined);
    done.abort();
  }
}
