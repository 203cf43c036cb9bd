import { spawnSync } from 'node:child_process';
import { medianOf } from './median.ts';

/** Something that is timed, round by round, against others. */
export interface Contender {
  readonly what: string;
  /** Its time in each round so far, in milliseconds. */
  readonly rounds: number[];
}

/** A {@link Contender} that is quick enough to be timed many times a round. */
export interface Sprinter extends Contender {
  readonly work: () => unknown;
  /** Done before each turn, outside its time. */
  readonly prepare: () => void;
}

export function sprinter(what: string, work: () => unknown, prepare = () => {}): Sprinter {
  return { what, work, prepare, rounds: [] };
}

/**
 * One round: they take turns, `turns` times each; the time of the round is the median. Every other turn goes backwards,
 * because whoever comes after his like finds the processor's caches warm.
 */
export async function takeTurns(sprinters: readonly Sprinter[], turns: number): Promise<void> {
  const runs = sprinters.map((each) => ({ ...each, times: new Array<number>() }));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { work, prepare, times } of turn % 2 === 0 ? runs : runs.toReversed()) {
      prepare();
      times.push(await timeOf(work));
    }
  }
  for (const { rounds, times } of runs) rounds.push(medianOf(times));
}

/** How long `work` takes, in milliseconds. */
export async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Waits until what was written before is on the disk, so that it is not paid for by what is measured next. */
export function settleDisk(): void {
  if (process.platform !== 'win32') spawnSync('sync');
}
