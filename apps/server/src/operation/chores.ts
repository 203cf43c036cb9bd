import { TokenBlacklist } from '@iron/tokens';
import type { Services } from '../services.ts';
import type { Chore } from './housekeeping.ts';

const MINUTE_MS = 60_000;

/** What a server tidies up. Nothing but the size of tables depends on it, and it is safe in any number of processes. */
export async function serverChores({ database, now, limits, idempotency }: Services): Promise<Chore[]> {
  const blacklist = await TokenBlacklist.open(database, { now });
  return [
    { name: 'holds', everyMs: MINUTE_MS, run: async () => await limits.sweep() },
    { name: 'idempotency keys', everyMs: 10 * MINUTE_MS, run: async () => await idempotency.sweep() },
    { name: 'token blacklist', everyMs: 60 * MINUTE_MS, run: async () => await blacklist.sweep() },
  ];
}
