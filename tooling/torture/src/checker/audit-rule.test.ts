import { expect, test } from 'vitest';
import type { Operation } from '../history/operation.ts';
import { checkAudit } from './audit-rule.ts';
import { begun, done, historyOf, looking, refused } from './history.fixture.ts';

const created = done('token.create', { family: 'f', secret: null }, { tokenId: 1, secret: 's' });
const rotated = done('token.rotate', { family: 'f' }, { tokenId: 2, secret: 't', replacedExpiresAt: 1 });
const lost = begun('token.revoke', { family: 'f', place: 0 });

/** How many rows a change may have. */
function allowedOf(operation: Operation): number[] {
  return [0, 1, 2].filter(
    (rows) => checkAudit(historyOf(operation), looking({ audited: new Map([[operation.id, rows]]) })).length === 0,
  );
}

test.each([
  ['was done', created, [1]],
  ['was done, and is two', rotated, [2]],
  ['was perhaps done', lost, [0, 1]],
  ['was refused', refused(lost, 'database.busy'), [0]],
])('a change that %s has that many rows in the audit log', (_, operation, rows) => {
  expect(allowedOf(operation)).toEqual(rows);
});
