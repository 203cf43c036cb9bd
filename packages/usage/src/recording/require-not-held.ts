import { wait, type Work, type Writer } from '@iron/db';
import { UsageConflictError } from '../usage-errors.ts';
import type { UsageRow } from './usage.ts';

const FIND = `
  SELECT 1 AS found FROM _holds
  WHERE request_id = ? AND provider IS NOT NULL AND (state IN ('held', 'expired') OR token_id IS DISTINCT FROM ?)
    AND NOT EXISTS (SELECT 1 FROM token_usage WHERE token_usage.request_id = _holds.request_id)`;

/**
 * Checks that a row is none of a call that was let through and is still to be settled. Whatever else stood under its
 * request id would keep it from being settled: it would be billed to nobody, and its limits would get back what it used.
 * What is recorded already stands there, and says itself whether the same comes again.
 *
 * @throws {UsageConflictError} it is one, and the error says nothing about whose
 */
export function* requireNotHeld(
  tx: Writer,
  { requestId, tokenId }: Pick<UsageRow, 'requestId' | 'tokenId'>,
): Work<void> {
  if (requestId === null) return;
  const held = yield* wait(tx.statement<[string, number]>(FIND).get(requestId, tokenId));
  if (held !== undefined) throw new UsageConflictError(requestId);
}
