import { ofKinds } from '../history/operation.ts';
import type { HoldRow, Look } from './look.ts';
import type { History, Violation } from './violation.ts';

type State = 'none' | 'held' | 'settled' | 'released' | 'expired';
type OfHold = ReturnType<typeof ofKinds<'hold.take' | 'hold.settle' | 'hold.release' | 'call.settle'>>[number];

/** Every hold is in a state that what was acknowledged leads to. One whose time is over may expire whenever. */
export function checkHolds(history: History, look: Look): Violation[] {
  const operations = ofKinds(history.operations, 'hold.take', 'hold.settle', 'hold.release', 'call.settle');
  const requests = Map.groupBy(operations, ({ wanted }) => wanted.requestId);
  const rows = new Map(look.holds.map((row) => [row.requestId, row]));
  return [...new Set([...requests.keys(), ...rows.keys()])].flatMap((id) => {
    const about = { operations: requests.get(id) ?? [], rows: [rows.get(id)].filter((row) => row !== undefined) };
    const states = statesAfter(history, about.operations);
    const state = rows.get(id)?.state ?? 'none';
    if (!states.some((possible) => possible === state)) {
      return [{ says: `Hold ${id} is ${state}, and can only be ${states.join(' or ')}.`, ...about }];
    }
    return checkAmounts(history, about.operations, rows.get(id)).map((says) => ({ says, ...about }));
  });
}

function statesAfter(history: History, operations: readonly OfHold[]): State[] {
  let states = new Set<State>(['none']);
  for (const operation of operations) {
    const presence = history.presence(operation);
    if (presence === 'no') continue;
    const after = [...states].flatMap((state) => stateAfter(state, operation) ?? []);
    states = new Set(presence === 'maybe' ? [...states, ...after] : after);
    if (states.has('held')) states.add('expired');
  }
  return [...states];
}

/** `undefined`: it cannot have been done then. */
function stateAfter(state: State, operation: OfHold): State | undefined {
  switch (operation.kind) {
    case 'hold.take':
      return state === 'none' || state === 'held' ? 'held' : undefined;
    case 'hold.settle':
    case 'call.settle':
      return state === 'none' ? undefined : 'settled';
    case 'hold.release': {
      if (state === 'none') return undefined;
      const released = operation.answer?.released ?? state === 'held';
      if (released) return state === 'held' ? 'released' : undefined;
      return state === 'held' ? undefined : state;
    }
  }
}

function checkAmounts(history: History, operations: readonly OfHold[], row: HoldRow | undefined): string[] {
  const taken = ofKinds(operations, 'hold.take').find((operation) => history.presence(operation) === 'yes')?.answer;
  if (!row || !taken || (row.tokens === taken.tokens && row.costNanos === taken.costNanos)) return [];
  return [`Hold ${row.requestId} holds other amounts than were acknowledged.`];
}
