import type { Kind, Operation, OperationOf } from '../history/operation.ts';
import { lineageFrom, presenceOf } from '../history/lineage.ts';
import type { Look } from './look.ts';
import type { History } from './violation.ts';

let count = 0;

/** An operation that was done, after those that were made before it. */
export function done<K extends Kind>(
  kind: K,
  wanted: OperationOf<K>['wanted'],
  answer: NonNullable<OperationOf<K>['answer']>,
): Operation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one kind of all, which TypeScript does not see
  return { ...begun(kind, wanted), until: count, outcome: 'done', answer } as Operation;
}

/** One whose outcome nobody was told. */
export function begun<K extends Kind>(kind: K, wanted: OperationOf<K>['wanted']): Operation {
  count += 1;
  const operation: OperationOf<K> = {
    id: `op${count}`,
    kind,
    from: count,
    until: Infinity,
    wanted,
    outcome: 'unknown',
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one kind of all, which TypeScript does not see
  return operation as Operation;
}

/** One that was told that nothing was done. */
export function refused(operation: Operation, code: string): Operation {
  return { ...operation, until: operation.from, outcome: 'refused', code };
}

/** Of a database that holds all of it. */
export function historyOf(...operations: readonly Operation[]): History {
  const lineage = lineageFrom(0);
  return { operations, presence: (operation) => presenceOf(operation, lineage) };
}

/** What a rule finds in an empty database, but for that. */
export function looking(about: Partial<Look>): Look {
  const nothing = { tokens: [], usage: [], holds: [], holdLimits: [], counters: [], findings: [] };
  const unknown = { owners: new Map(), prices: new Set<string>(), audited: new Map() };
  return { ...nothing, ...unknown, accepted: new Set(), askedAt: 0, ...about };
}

/** What violations say. */
export function saidBy(violations: readonly { readonly says: string }[]): string[] {
  return violations.map(({ says }) => says);
}
