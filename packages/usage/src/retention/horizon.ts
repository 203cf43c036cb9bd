import type { IronDatabase } from '@iron/db';

/** From when on every row is kept: those before it may have been dropped for their age. The start of a UTC day. */
export function readHorizon({ connection }: Pick<IronDatabase, 'connection'>): number {
  return connection.prepare<[], number>('SELECT pruned_before FROM _usage_horizon').pluck().get() ?? 0;
}
