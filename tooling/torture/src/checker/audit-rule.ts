import type { Kind } from '../history/operation.ts';
import type { Look } from './look.ts';
import type { History, Violation } from './violation.ts';

/** How many rows of the audit log a change is. */
const ROWS: Partial<Record<Kind, number>> = {
  'token.create': 1,
  'token.revoke': 1,
  'token.delete': 1,
  'token.rotate': 2,
  'user.create': 1,
  'user.delete': 1,
  'limit.create': 1,
  'limit.update': 1,
  'limit.delete': 1,
  'price.import': 1,
};

/** Every acknowledged change is in the audit log once, under the id of whoever asked for it; what was refused is not. */
export function checkAudit(history: History, look: Look): Violation[] {
  return history.operations.flatMap((operation) => {
    const expected = ROWS[operation.kind] ?? 0;
    if (expected === 0 || operation.id.startsWith('old')) return []; // an older schema's rows were made without it
    const found = look.audited.get(operation.id) ?? 0;
    const presence = history.presence(operation);
    const isRight = (presence !== 'no' && found === expected) || (presence !== 'yes' && found === 0);
    if (isRight) return [];
    const says = `The audit log has ${found} rows of change ${operation.id}, which was ${operation.outcome}.`;
    return [{ says, operations: [operation], rows: [] }];
  });
}
