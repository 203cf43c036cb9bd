import { createInterface } from 'node:readline';
import { LimitEnforcer } from './limit-enforcer.ts';
import { LimitExceededError } from './limit-errors.ts';

/**
 * `race-program <url> <calls>`: once it is told to go, holds one token of Ann's for every call, settles it, and prints
 * how many were admitted, how many refused, and what else was thrown.
 */
const [, , url = '', calls = '0'] = process.argv;
await using limits = await LimitEnforcer.open(url, { now: () => Date.UTC(2026, 2, 10) });
process.stdout.write('ready\n');
for await (const _go of createInterface({ input: process.stdin })) break;

let admitted = 0;
let refused = 0;
const thrown: string[] = [];
for (let number = 0; number < Number(calls); number += 1) {
  try {
    const { requestId } = await limits.hold({ userId: 'ann', tokens: 1, costNanos: 0 });
    await limits.settle({ requestId, tokens: 1, costNanos: 0 });
    admitted += 1;
  } catch (error) {
    if (error instanceof LimitExceededError) refused += 1;
    else thrown.push(String(error));
  }
}
process.stdout.write(`${admitted} ${refused} ${thrown.join('; ')}\n`);
process.stdin.destroy();
