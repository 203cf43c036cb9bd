import type { Kind, Operation } from '../history/operation.ts';
import type { History, Violation } from './violation.ts';

/** What may be refused, and why, beside that the database cannot be reached, read or written. */
const REFUSALS: Partial<Record<Kind, readonly string[]>> = {
  'token.verify': ['token.invalid'],
  'usage.record': ['usage.conflict'],
  'hold.take': ['limit.exceeded', 'limit.request_id_taken'],
  'hold.settle': ['limit.hold_not_found'],
  'hold.release': ['limit.hold_not_found'],
  'call.settle': ['limit.hold_not_found'],
};

/** Whatever fails says so with a code, and with one that can be the reason. */
export function checkRefusals({ operations }: Pick<History, 'operations'>): Violation[] {
  return operations.filter(isUnforeseen).map((operation) => ({
    says: `Nobody foresaw that ${operation.kind} fails with ${operation.code}.`,
    operations: [operation],
    rows: [],
  }));
}

function isUnforeseen({ kind, code }: Operation): boolean {
  if (code === undefined || /^(?:database|backup)\.[a-z_]+$/.test(code)) return false;
  return !(REFUSALS[kind] ?? []).includes(code);
}
