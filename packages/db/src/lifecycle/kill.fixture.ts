import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { listBackups } from '../backup/backup-record.ts';
import { type DatabaseFolder, databaseFolder } from './database-folder.fixture.ts';
import { type LoadedCommand, loadCommand } from './lifecycle-process.fixture.ts';
import type { LifecycleCommand } from './lifecycle-program.fixture.ts';

/** A command, what it is run on, and what must be true whenever it is killed. */
export interface KilledCommand {
  readonly command: LifecycleCommand;
  readonly prepare: (folder: DatabaseFolder) => Promise<unknown>;
  /** Throws if it is not true; says which of the allowed states it found. */
  readonly check: (folder: DatabaseFolder) => Promise<string>;
}

/** When to kill: so long after the beginning, or after the backup was made. */
interface Moment {
  readonly since: 'start' | 'backup';
  readonly ms: number;
}

/** What came of the processes that were killed: how many of them left which state. */
export type KilledStates = ReadonlyMap<string, number>;

/** After every so many kills there is one between the backup and the end, a short time in which most happens. */
const KILLS_A_LATE_ONE = 3;

/**
 * Runs the command in one process after another, each on a database of its own, and kills each a little later than
 * the one before, from its first moment to its last, and on where all left the same: it was slower then. What came of it is printed; IRON_KILL_SEED repeats the moments.
 */
export async function killAtManyMoments(kills: number, killed: KilledCommand): Promise<KilledStates> {
  const seed = Number(process.env['IRON_KILL_SEED'] ?? randomInt(2 ** 31));
  const random = seededRandom(seed);
  const lasts = await measure(killed);
  const states: string[] = [];
  let next = loadCommand(killed.command);
  const isEnough = () => states.length >= kills && new Set(states).size > 1;
  for (let runs = 0; !isEnough() && runs < 2 * kills; runs += 1) {
    using loaded = next;
    next = loadCommand(killed.command); // while the other one runs
    const since = runs % KILLS_A_LATE_ONE === 0 ? 'backup' : 'start';
    const moment = { since, ms: ((states.length + random()) / kills) * lasts[since] } as const;
    const state = await runAndKill(killed, loaded, moment, seed);
    if (state !== null) states.push(state);
  }
  next[Symbol.dispose]();
  const counts = countStates(states);
  const shown = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const times = `${lasts.start} ms, ${lasts.backup} ms after the backup`;
  process.stdout.write(`${killed.command} (${times}) killed, IRON_KILL_SEED=${seed}: ${shown}\n`);
  return counts;
}

/**
 * Runs the command again and again, each time on a database of its own, and lets it kill itself before the first
 * change that it makes to what lies in a folder, then before the second, until it gets to its end.
 */
export async function killBeforeEveryChange(killed: KilledCommand): Promise<KilledStates> {
  const load = (change: number) => loadCommand(killed.command, 'kill-before', String(change));
  const states: string[] = [];
  let next = load(1);
  for (;;) {
    const change = states.length + 1;
    using loaded = next;
    next = load(change + 1);
    using folder = databaseFolder();
    await killed.prepare(folder);
    await loaded.begin(folder.database);
    const state = await checkEnded(killed, loaded, folder, `before change ${change}`);
    if (state === null) break;
    states.push(state);
  }
  next[Symbol.dispose]();
  return countStates(states);
}

async function runAndKill(
  killed: KilledCommand,
  loaded: LoadedCommand,
  { since, ms }: Moment,
  seed: number,
): Promise<string | null> {
  using folder = databaseFolder();
  await killed.prepare(folder);
  const backups = countBackups(folder);
  await loaded.begin(folder.database);
  if (since === 'backup') await backupMade(folder, backups, loaded);
  await sleep(ms);
  loaded[Symbol.dispose]();
  return await checkEnded(killed, loaded, folder, `${ms.toFixed(1)} ms after its ${since}, IRON_KILL_SEED=${seed}`);
}

/** The state that a killed process left, which was checked; `null` if it was done before. */
async function checkEnded(
  { command, check }: KilledCommand,
  loaded: LoadedCommand,
  folder: DatabaseFolder,
  when: string,
): Promise<string | null> {
  const said = await loaded.done;
  try {
    const state = await check(folder);
    return said === undefined ? state : null;
  } catch (error) {
    throw new Error(`${command} killed ${when}: ${String(error)}`, { cause: error });
  }
}

function countStates(states: readonly string[]): KilledStates {
  return new Map([...Map.groupBy(states, (state) => state)].map(([state, { length }]) => [state, length]));
}

/** How long the command takes when nobody kills it, in whole milliseconds: the middle ones of three. */
async function measure({ command, prepare }: KilledCommand): Promise<Record<Moment['since'], number>> {
  const durations: Record<Moment['since'], number[]> = { start: [], backup: [] };
  for (let times = 0; times < 3; times += 1) {
    using folder = databaseFolder();
    await prepare(folder);
    const backups = countBackups(folder);
    using loaded = loadCommand(command);
    using _another = loadCommand(command); // which slows it down, as later
    await loaded.begin(folder.database);
    const startedAt = performance.now();
    await backupMade(folder, backups, loaded);
    const backedUpAt = performance.now();
    const said = await loaded.done;
    if (said !== 'done') throw new Error(`${command} failed undisturbed: ${said}`);
    durations.start.push(performance.now() - startedAt);
    durations.backup.push(performance.now() - backedUpAt);
  }
  return { start: middleOf(durations.start), backup: middleOf(durations.backup) };
}

function middleOf(durations: readonly number[]): number {
  return Math.ceil(durations.toSorted((one, other) => one - other)[1] ?? 0);
}

function countBackups(folder: DatabaseFolder): number {
  return listBackups(folder.database).length;
}

/** Waits for one more backup than there were, or for the end of the process that should make it. */
async function backupMade(folder: DatabaseFolder, before: number, loaded: LoadedCommand): Promise<void> {
  const hasEnded = loaded.done.then(() => true);
  while (countBackups(folder) === before) {
    if (await Promise.race([hasEnded, sleep(1, false)])) return;
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
