import { type IronDatabase, schema, type Statement } from '@iron/db';
import { getTableColumns } from 'drizzle-orm';
import type { Dimension } from './counter.ts';
import type { Limit } from './limit.ts';
import { countsOf, limitOf } from './limit-row.ts';

/** The columns of a limit that its counters are in, prepared once: every call reads and writes them. */
export class LimitStatements {
  readonly #byUserAndProject: Statement<[string, string], schema.UsageLimit>;
  readonly #byId: Statement<[number], schema.UsageLimit>;
  readonly #saveCounters: Statement<number[]>;
  readonly #sumHeld: Readonly<Record<Dimension, Statement<[string, number, number, number], number>>>;

  constructor({ connection }: IronDatabase) {
    // One look-up by a complete unique key at a time: SQLite would prepare anything wider anew on every call.
    this.#byUserAndProject = connection.prepare(`${SELECT} WHERE user_id = ? AND coalesce(project_id, '') = ?`);
    this.#byId = connection.prepare(`${SELECT} WHERE id = ?`);
    this.#saveCounters = connection.prepare(
      `UPDATE usage_limits SET ${COUNTER_COLUMNS.join(' = ?, ')} = ? WHERE id = ?`,
    );
    const sumHeld = (dimension: Dimension) =>
      connection.prepare<[string, number, number, number], number>(sumOfOpenHolds(dimension)).pluck();
    this.#sumHeld = { tokens: sumHeld('tokens'), requests: sumHeld('requests'), cost: sumHeld('cost') };
  }

  /** The limits that apply to what the user does in the project: the user's own, and the one in the project. */
  applying(userId: string, projectId: string | null): Limit[] {
    const own = this.#byUserAndProject.get(userId, '');
    const inProject = projectId === null ? undefined : this.#byUserAndProject.get(userId, projectId);
    return [own, inProject].flatMap((row) => (row ? [limitOf(row)] : []));
  }

  byId(limitId: number): Limit | undefined {
    const row = this.#byId.get(limitId);
    return row && limitOf(row);
  }

  saveCounters({ id, counters: { tokens, requests, cost } }: Limit): void {
    this.#saveCounters.run(...countsOf(tokens), ...countsOf(requests), ...countsOf(cost), id);
  }

  /** What open holds take of one dimension of a limit, in the window that its counter is in. */
  heldInAll(limit: Limit, dimension: Dimension): number {
    return this.heldUntil(Number.MAX_SAFE_INTEGER, limit, dimension);
  }

  /** The same of those open holds alone whose time is over by `time`. */
  heldUntil(time: number, { id, userId, counters }: Limit, dimension: Dimension): number {
    return this.#sumHeld[dimension].get(userId, time, id, counters[dimension].windowStartedAt) ?? 0;
  }
}

const COUNTER_COLUMNS = [
  'tokens_window_started_at',
  'tokens_settled',
  'tokens_held',
  'tokens_overage',
  'requests_window_started_at',
  'requests_settled',
  'requests_held',
  'requests_overage',
  'cost_window_started_at',
  'cost_settled_nanos',
  'cost_held_nanos',
  'cost_overage_nanos',
] as const;

const SELECT = `SELECT ${Object.entries(getTableColumns(schema.usageLimits))
  .map(([field, { name }]) => `${name} AS ${field}`)
  .join(', ')} FROM usage_limits`;

function sumOfOpenHolds(dimension: Dimension): string {
  const amount = { tokens: 'tokens', requests: 'requests', cost: 'cost_nanos' }[dimension];
  return `SELECT coalesce(sum(${amount}), 0) FROM _holds
  WHERE state = 'held' AND user_id = ? AND expires_at <= ? AND id IN (
    SELECT hold_id FROM _hold_limits WHERE hold_id = _holds.id AND limit_id = ? AND ${dimension}_window_started_at = ?)`;
}
