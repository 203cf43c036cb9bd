import { callMemory, flushCalls, type Reader, schema, selectList, wait, type Work, type Writer } from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import { LIMITS } from './calls/limit-memory.ts';
import { COUNTER_COLUMNS, countsOf, limitOf } from './limit-row.ts';
import type { Dimension } from './counter.ts';
import type { Limit } from './limit.ts';

/** What limits are stored in: `usage_limits`, or in calls what their transaction has of it in memory. */
export class LimitStore {
  /** The limits that apply to what the user does in the project: the user's own, and the one in the project. */
  *applying(reader: Reader, userId: string, projectId: string | null): Work<Limit[]> {
    const known = callMemory(LIMITS, reader)?.applying(userId, projectId);
    if (known) return known;
    // One look-up by a complete unique key at a time: SQLite would prepare anything wider anew on every call.
    const find = reader.statement<[string, string], schema.UsageLimit>(BY_USER_AND_PROJECT);
    const own = yield* wait(find.get(userId, ''));
    const inProject = projectId === null ? undefined : yield* wait(find.get(userId, projectId));
    const limits = own ? [limitOf(own)] : [];
    if (inProject) limits.push(limitOf(inProject));
    return limits;
  }

  *byId(tx: Writer, limitId: number): Work<Limit | undefined> {
    const memory = callMemory(LIMITS, tx);
    const known = memory?.byId(limitId);
    if (known) return known;
    const row = yield* wait(tx.statement<[number], schema.UsageLimit>(memory ? LOCK_BY_ID : BY_ID).get(limitId));
    return row && limitOf(row);
  }

  saveCounters(tx: Writer, limit: Limit): Work<unknown> {
    const memory = callMemory(LIMITS, tx);
    if (memory) return wait(memory.save(limit));
    return wait(tx.statement<number[]>(SAVE_COUNTERS).run(...countsOf(limit)));
  }

  /** What open holds take of one dimension of a limit, in the window that its counter is in. */
  heldInAll(reader: Reader, limit: Limit, dimension: Dimension): Work<number> {
    return this.heldUntil(reader, Number.MAX_SAFE_INTEGER, limit, dimension);
  }

  /** The same of those open holds alone whose time is over by `time`. */
  *heldUntil(reader: Reader, time: number, { id, userId, counters }: Limit, dimension: Dimension): Work<number> {
    yield* flushCalls(reader);
    const sum = reader.statement<[string, number, number, number], { held: number }>(HELD[dimension]);
    return (yield* wait(sum.get(userId, time, id, counters[dimension].windowStartedAt)))?.held ?? 0;
  }
}

const SELECT = `SELECT ${selectList(getTableColumns(schema.usageLimits))} FROM usage_limits`;
const BY_USER_AND_PROJECT = `${SELECT} WHERE user_id = ? AND coalesce(project_id, '') = ?`;
const BY_ID = `${SELECT} WHERE id = ?`;
const LOCK_BY_ID = `${BY_ID} FOR UPDATE`;
const SAVE_COUNTERS = `UPDATE usage_limits SET ${COUNTER_COLUMNS.join(' = ?, ')} = ? WHERE id = ?`;

const HELD = {
  tokens: sumOfOpenHolds('tokens', 'tokens'),
  requests: sumOfOpenHolds('requests', 'requests'),
  cost: sumOfOpenHolds('cost', 'cost_nanos'),
} as const;

function sumOfOpenHolds(dimension: Dimension, amount: string): string {
  return `SELECT coalesce(sum(${amount}), 0) AS held FROM _holds
  WHERE state = 'held' AND user_id = ? AND expires_at <= ? AND id IN (
    SELECT hold_id FROM _hold_limits WHERE hold_id = _holds.id AND limit_id = ? AND ${dimension}_window_started_at = ?)`;
}
