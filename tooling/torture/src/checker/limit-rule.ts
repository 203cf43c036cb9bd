import { ofKinds, type Used } from '../history/operation.ts';
import type { CounterRow, HoldRow, Look } from './look.ts';
import type { History, Violation } from './violation.ts';

/** No limit is passed, at this look and at those that were taken meanwhile, and what is settled adds up. */
export function checkLimits(history: History, look: Look): Violation[] {
  const earlier = ofKinds(history.operations, 'limits.look').filter(({ answer }) => (answer?.above.length ?? 0) > 0);
  return [
    ...earlier.map((operation) => ({ says: 'A limit was passed.', operations: [operation], rows: [] })),
    ...look.counters.filter(isAbove).map((row) => ({ says: 'A limit is passed.', operations: [], rows: [row] })),
    ...checkSums(history, look),
  ];
}

/** Whether more is settled and held than the limit allows. */
export function isAbove({ most, settled, held }: CounterRow): boolean {
  return most !== null && settled + held > most;
}

/** In the window of each counter: what it says, and what the calls of that window used, or hold still. */
function checkSums(history: History, look: Look): Violation[] {
  const amounts = amountsOf(history, look);
  const holds = new Map(look.holds.map((hold) => [hold.id, hold]));
  const ofLimit = Map.groupBy(look.holdLimits, ({ limitId }) => limitId);
  return look.counters.flatMap((counter) => {
    const { limitId, dimension, windowStartedAt, settled, held, overage } = counter;
    const calls = (ofLimit.get(limitId) ?? [])
      .filter((windows) => windows[dimension] === windowStartedAt)
      .map(({ holdId }) => holds.get(holdId))
      .filter((hold) => hold !== undefined);
    const sum = calls.reduce((all, hold) => all + amounts(hold)[dimension], 0);
    if (settled + held + overage === sum) return [];
    return [{ says: `The calls of the window add up to ${sum}.`, operations: [], rows: [counter] }];
  });
}

/** When the limit was lowered, what is held may be above it as well. */
function amountsOf(history: History, look: Look): (hold: HoldRow) => Record<CounterRow['dimension'], number> {
  const rows = new Map(look.usage.map((row) => [row.requestId, row]));
  const settled = new Map<string, Used>(
    ofKinds(history.operations, 'hold.settle').map(({ wanted }) => [wanted.requestId, wanted.used]),
  );
  return (hold) => {
    if (hold.state === 'held') return { tokens: hold.tokens, requests: hold.requests, cost: hold.costNanos };
    if (hold.state !== 'settled') return { tokens: 0, requests: 0, cost: 0 };
    const row = rows.get(hold.requestId);
    if (row) return { tokens: row.totalTokens, requests: 1, cost: row.costNanos ?? hold.costNanos };
    const { tokens = 0, requests = 0, costNanos = 0 } = settled.get(hold.requestId) ?? {};
    return { tokens, requests, cost: costNanos };
  };
}
