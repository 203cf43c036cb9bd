import { ofKinds } from '../history/operation.ts';
import type { Look } from './look.ts';
import type { History, Violation } from './violation.ts';

/** A price list that was imported is there, and to price everything anew by the same prices changes no cost. */
export function checkPrices(history: History, look: Look): Violation[] {
  const imported = ofKinds(history.operations, 'price.import').filter(
    (operation) => history.presence(operation) === 'yes' && !look.prices.has(operation.answer?.version ?? ''),
  );
  const repriced = ofKinds(history.operations, 'usage.reprice').filter(
    ({ answer }) => answer !== undefined && answer.costChangeNanos !== '0',
  );
  return [
    ...imported.map((operation) => ({
      says: `Price book ${operation.answer?.version} was acknowledged and is not there.`,
      operations: [operation],
      rows: [],
    })),
    ...repriced.map((operation) => ({
      says: `The cost of what was used has changed by ${operation.answer?.costChangeNanos}, and no price has.`,
      operations: [operation],
      rows: [],
    })),
  ];
}
