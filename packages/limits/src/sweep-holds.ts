import type { IronDatabase, Work, Writer } from '@iron/db';
import type { HoldBook } from './hold-book.ts';
import type { Forgotten } from './hold-request.ts';

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
  const expired = await repeat(async () => await database.write((tx) => book.reclaim(tx, batchSize)), batchSize);
  const forgotten = await forgetEnded(database, (tx, afterId) => book.forget(tx, afterId, endedAt, batchSize));
  return { expired, forgotten };
}

/** From the oldest hold on, also past those that are still open; says how many there were in all. */
async function forgetEnded(
  database: IronDatabase,
  forget: (tx: Writer, afterId: number) => Work<Forgotten>,
): Promise<number> {
  let all = 0;
  let afterId: number | null = 0;
  while (afterId !== null) {
    const from: number = afterId;
    const { count, goesOnAfter }: Forgotten = await database.write((tx) => forget(tx, from));
    all += count;
    afterId = goesOnAfter;
  }
  return all;
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
