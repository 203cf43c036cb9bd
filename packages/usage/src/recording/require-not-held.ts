import type { IronDatabase } from '@iron/db';
import { UsageConflictError } from '../usage-errors.ts';
import type { UsageRow } from './usage.ts';

const FIND = `
  SELECT 1 FROM _holds
  WHERE request_id = ? AND provider IS NOT NULL AND (state IN ('held', 'expired') OR token_id IS NOT ?)`;

/**
 * Makes the check that a row is none of a call that was let through and is still to be settled. Whatever else stood
 * under its request id would keep it from being settled: it would be billed to nobody, and its limits would get back
 * what it used.
 *
 * @returns throws {@link UsageConflictError}, which says nothing about whose call it is
 */
export function notHeldCheck({ connection }: IronDatabase): (row: Pick<UsageRow, 'requestId' | 'tokenId'>) => void {
  const find = connection.prepare<[string, number]>(FIND);
  return ({ requestId, tokenId }) => {
    if (requestId !== null && find.get(requestId, tokenId) !== undefined) throw new UsageConflictError(requestId);
  };
}
