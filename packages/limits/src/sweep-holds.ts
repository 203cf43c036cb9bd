import type { IronDatabase } from '@iron/db';
import type { HoldBook } from './hold-book.ts';

/** What a sweep did. */
export interface SweepReport {
  /** Holds whose time was over, given back. */
  readonly expired: number;
  /** Ended holds, forgotten. */
  readonly forgotten: number;
}

interface Sweep {
  readonly keepEndedMs: number;
  readonly batchSize: number;
  readonly now: () => number;
}

/** Gives back expired holds and forgets ended ones, a batch a commit. */
export async function sweepHolds(database: IronDatabase, book: HoldBook, sweep: Sweep): Promise<SweepReport> {
  const { keepEndedMs, batchSize, now } = sweep;
  const endedAt = now() - keepEndedMs;
  const expired = await repeat(async () => await database.write(() => book.reclaim(batchSize)), batchSize);
  const forgotten = await repeat(async () => await database.write(() => book.forget(endedAt, batchSize)), batchSize);
  return { expired, forgotten };
}

/** Works through full batches until one is not full; says how many there were in all. */
async function repeat(work: () => Promise<number>, batchSize: number): Promise<number> {
  let all = 0;
  for (;;) {
    const done = await work();
    all += done;
    if (done < batchSize) return all;
  }
}
