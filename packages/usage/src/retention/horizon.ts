import { type Reader, wait, type Work } from '@iron/db';

const READ = 'SELECT pruned_before AS "prunedBefore" FROM _usage_horizon WHERE id = 1';

/** From when on every row is kept: those before it may have been dropped for their age. The start of a UTC day. */
export function* readHorizon(reader: Reader): Work<number> {
  const horizon = yield* wait(reader.statement<[], { prunedBefore: number }>(READ).get());
  return horizon?.prunedBefore ?? 0;
}
