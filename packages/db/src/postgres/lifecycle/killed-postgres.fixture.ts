import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startProgram } from '@iron/test-program';
import { listPostgresBackups } from '../backup/backup-postgres-database.ts';
import type { PostgresOfTest } from '../backup/backed-up.fixture.ts';
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

/** After every so many kills there is one between the backup and the end, a short time in which most happens. */
const KILLS_A_LATE_ONE = 3;

/**
 * Runs the command in one process after another, each on a database of its own, and kills each a little later than the one
 * before, from its first moment to its last. The server goes on with what the killed one has asked for.
 *
 * @returns how many of them left which state
 */
export async function killAtManyMoments(
  kills: number,
  killed: KilledPostgresCommand,
): Promise<ReadonlyMap<string, number>> {
  const lasts = await measure(killed);
  const states = new Map<string, number>();
  await using programs = new AsyncDisposableStack();
  const load = () => programs.use(startProgram(PROGRAM, killed.command));
  let next = load();
  for (let kill = 0; kill < kills; kill += 1) {
    const program = next;
    next = load(); // while the other one runs
    const since = kill % KILLS_A_LATE_ONE === 0 ? 'backup' : 'start';
    const ms = ((kill + Math.random()) / kills) * lasts[since];
    const state = await runAndKill(killed, program, since, ms);
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  return states;
}

async function runAndKill(
  killed: KilledPostgresCommand,
  program: Program,
  since: 'start' | 'backup',
  ms: number,
): Promise<string> {
  const database = await killed.prepare();
  const backups = listPostgresBackups(database).length;
  await begin(program, database);
  if (since === 'backup') await backupMade(database, backups, program);
  await sleep(ms);
  await program.kill();
  try {
    return await killed.check(database);
  } catch (error) {
    throw new Error(`${killed.command} killed ${ms.toFixed(1)} ms after its ${since}: ${String(error)}`, {
      cause: error,
    });
  }
}

/** How long the command takes when nobody kills it, in milliseconds. */
async function measure(killed: KilledPostgresCommand): Promise<Record<'start' | 'backup', number>> {
  const database = await killed.prepare();
  const backups = listPostgresBackups(database).length;
  await using program = startProgram(PROGRAM, killed.command);
  await begin(program, database);
  const begun = performance.now();
  await backupMade(database, backups, program);
  const backedUp = performance.now();
  const said = await inTime(program.nextLine());
  if (said !== 'done') throw new Error(`${killed.command} failed undisturbed: ${said}`);
  return { start: performance.now() - begun, backup: performance.now() - backedUp };
}

async function begin(program: Program, { url, folder }: PostgresOfTest): Promise<void> {
  const said = await inTime(program.nextLine());
  if (said !== 'ready') throw new Error(`The program did not begin: ${said}`);
  program.say(`${url}\t${folder}`);
}

/** Waits for one more backup than there were, or for the end of the process that should make it. */
async function backupMade(database: PostgresOfTest, before: number, { ended }: Program): Promise<void> {
  const hasEnded = ended.then(() => true);
  const isMade = async () => {
    while (listPostgresBackups(database).length === before) if (await Promise.race([hasEnded, sleep(2, false)])) return;
  };
  await inTime(isMade());
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
