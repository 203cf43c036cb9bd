import { setImmediate as nextTurn } from 'node:timers/promises';
import { asc, gt } from '../drizzle.ts';
import type { Reader } from '../work/queries.ts';
import { type AuditLogEntry, auditLog } from '../schema/audit-log.ts';
import { type UserAuditLogEntry, userAuditLog } from '../schema/user-audit-log.ts';
import { hashEntry } from './audit-log.ts';
import { CHAIN_START } from './hash-chain.ts';
import { hashUserEntry } from './user-audit-log.ts';

/** What became of a chained log. */
export interface AuditVerification {
  readonly log: 'audit_log' | 'user_audit_log';
  /** How many rows fit, from the first on. */
  readonly rows: number;
  /** The hash of the last row that fits. Kept elsewhere, it shows later that rows at the end were cut off. */
  readonly lastHash: string;
  /** The first row that does not fit, or `null`. */
  readonly broken: { readonly id: number; readonly problem: string } | null;
}

interface ChainedRow {
  readonly id: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** So few that what else there is to do waits for some milliseconds only. */
const ROWS_A_READ = 500;

/**
 * Recomputes both audit chains, and names in each the first row that was changed, put in or left out. Gives way to other
 * work every few hundred rows; what is appended meanwhile is looked at as well.
 */
export async function verifyAudit(reader: Reader): Promise<AuditVerification[]> {
  return [
    await verifyChain<AuditLogEntry>(
      'audit_log',
      async (after) =>
        await reader
          .select()
          .from(auditLog)
          .where(after === null ? undefined : gt(auditLog.id, after))
          .orderBy(asc(auditLog.id))
          .limit(ROWS_A_READ),
      hashEntry,
    ),
    await verifyChain<UserAuditLogEntry>(
      'user_audit_log',
      async (after) =>
        await reader
          .select()
          .from(userAuditLog)
          .where(after === null ? undefined : gt(userAuditLog.id, after))
          .orderBy(asc(userAuditLog.id))
          .limit(ROWS_A_READ),
      hashUserEntry,
    ),
  ];
}

async function verifyChain<Row extends ChainedRow>(
  log: AuditVerification['log'],
  readAfter: (id: number | null) => Promise<Row[]>,
  hashOf: (row: Row) => string,
): Promise<AuditVerification> {
  let rows = 0;
  let lastHash = CHAIN_START;
  for (let batch = await readAfter(null); batch.length > 0; batch = await readAfter(rows)) {
    for (const row of batch) {
      const problem = findProblem(row, rows + 1, lastHash, hashOf);
      if (problem) return { log, rows, lastHash, broken: { id: row.id, problem } };
      rows = row.id;
      lastHash = row.hash;
    }
    await nextTurn();
  }
  return { log, rows, lastHash, broken: null };
}

function findProblem<Row extends ChainedRow>(
  row: Row,
  expectedId: number,
  lastHash: string,
  hashOf: (row: Row) => string,
): string | undefined {
  if (row.id < expectedId) return `it stands before row ${expectedId}, where no row can be`;
  if (row.id > expectedId) return `row ${expectedId} is missing before it`;
  if (row.previousHash !== lastHash) return 'it does not carry the hash of the row before it';
  if (row.hash !== hashOf(row)) return 'its content is not what its hash was made of';
  return undefined;
}
