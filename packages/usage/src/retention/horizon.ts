import type { IronDatabase } from '@iron/db';

type Connected = Pick<IronDatabase, 'connection'>;

/** From when on every row is kept: those before it may have been dropped for their age. The start of a UTC day. */
export function readHorizon(database: Connected): number {
  return horizonReader(database)();
}

/** The same for who asks often: prepared once. */
export function horizonReader({ connection }: Connected): () => number {
  const read = connection.prepare<[], number>('SELECT pruned_before FROM _usage_horizon').pluck();
  return () => read.get() ?? 0;
}
