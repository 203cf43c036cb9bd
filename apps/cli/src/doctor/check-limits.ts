import type { IronDatabase } from '@iron/db';
import { showAge, showCount } from '../output/units.ts';
import { type Findings, firstOf, NOTHING_FOUND } from './doctor-check.ts';

/** Whether what limits count as held is what the open holds add up to. */
export async function checkHeld(database: IronDatabase): Promise<Findings> {
  const { LimitEnforcer } = await import('@iron/limits');
  await using limits = await LimitEnforcer.open(database);
  const problems = (await limits.verifyHeld()).map(
    ({ limitId, dimension, counted, holds }) =>
      `limit ${limitId} counts ${counted} ${dimension} as held, and the open holds add up to ${holds}`,
  );
  return {
    problems: firstOf(problems),
    hint:
      'Each counter starts anew with its window: `iron limits show` says when. To start now, delete the limit and ' +
      'make it again.',
  };
}

/** A sweep every few minutes is often enough. */
const PATIENCE_MS = 900_000;

/** Whether holds whose time is over are given back. */
export async function checkUnsweptHolds(database: IronDatabase, now: () => number): Promise<Findings> {
  const { LimitEnforcer } = await import('@iron/limits');
  await using limits = await LimitEnforcer.open(database, { now });
  const { holds, since } = await limits.unsweptHolds();
  if (since === null || now() - since <= PATIENCE_MS) return NOTHING_FOUND;
  return {
    problems: [`${showCount(holds, 'hold')} not given back, the first for ${showAge(now() - since)}`],
    hint: '`iron serve` sweeps them; a program of your own calls `sweep()`. Calls that need the room take it themselves.',
    verdict: 'warning',
  };
}
