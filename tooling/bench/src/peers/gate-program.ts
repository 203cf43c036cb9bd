import { on } from 'node:events';
import type { Gate } from './gate.ts';
import { orderSchema, type Turn, type TurnOutcome } from './gate-process.ts';
import { openGate } from './open-gate.ts';

// Makes calls through one gate or another, whenever it is told to, and tells how that went.
let gate: Gate | undefined;
let callers: readonly string[] = [];
process.on('disconnect', () => process.exit());
for await (const [message] of on(process, 'message')) process.send?.(await carryOut(message));

async function carryOut(message: unknown): Promise<TurnOutcome | 'done'> {
  const order = orderSchema.parse(message);
  if (order.order === 'open') {
    await gate?.[Symbol.asyncDispose]();
    gate = await openGate(order.settings);
    callers = order.callers;
    return 'done';
  }
  if (gate === undefined) throw new TypeError('No gate is open.');
  if (order.order === 'run') return await run(gate, order.turn);
  if (order.order === 'raise') await gate.raise(order.raise);
  else await gate.tidy();
  return 'done';
}

async function run(through: Gate, turn: Turn): Promise<TurnOutcome> {
  const outcome = { milliseconds: 0, admitted: 0, refusals: {} as Record<string, number> };
  let left = turn.calls;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const refusal = await through.call(callers[left % callers.length] ?? '');
      if (refusal === null) outcome.admitted += 1;
      else outcome.refusals[refusal] = (outcome.refusals[refusal] ?? 0) + 1;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: turn.inFlight }, client));
  outcome.milliseconds = performance.now() - start;
  return outcome;
}
