import type { Kind, Operation } from '../history/operation.ts';
import type { History, Violation } from './violation.ts';

/** Why anything may fail while a database cannot be reached or written. That it is damaged is no such reason. */
const TROUBLE = new Set(
  [
    'access_refused',
    'busy',
    'commit_unknown',
    'connections_exhausted',
    'disk_full',
    'in_use',
    'io_failed',
    'not_writable',
    'read_only',
    'unreachable',
    'unusable_lock_file',
  ].map((name) => `database.${name}`),
);

/** What else may be refused, and why. */
const REFUSALS: Partial<Record<Kind, readonly string[]>> = {
  'token.verify': ['token.invalid'],
  'limit.create': ['limit.exists'],
  'limit.update': ['limit.not_found'],
  'limit.delete': ['limit.not_found'],
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
  if (code === undefined || TROUBLE.has(code)) return false;
  return !(REFUSALS[kind] ?? []).includes(code);
}
