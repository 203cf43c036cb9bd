import { LimitEnforcer } from './limit-enforcer.ts';
import { LimitExceededError } from './limit-errors.ts';

/**
 * `spend-program <url> <name> <now>`: holds ten tokens of Ann's for every call, several calls at a time and without an
 * end, and settles or releases them. The n-th call of a lane uses 1 + n % 7. Prints `ready`, then the request id of
 * each call that it was told is settled.
 */
const [, , url = '', name = '', now = '0'] = process.argv;
const limits = await LimitEnforcer.open(url, { now: () => Number(now) });
process.stdout.write('ready\n');

async function spend(lane: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const requestId = `${name}-${lane}-${number}`;
    try {
      await limits.hold({ requestId, userId: 'ann', tokens: 10, costNanos: 0, ttlMs: 60_000 });
      if (number % 5 === 0) {
        await limits.release({ requestId });
        continue;
      }
      await limits.settle({ requestId, tokens: 1 + (number % 7), costNanos: 0 });
      process.stdout.write(`${requestId}\n`);
    } catch (error) {
      if (!(error instanceof LimitExceededError)) throw error;
    }
  }
}

await Promise.all([0, 1, 2, 3].map(spend));
