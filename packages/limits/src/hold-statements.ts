import type { IronDatabase, schema, Statement } from '@iron/db';
import type { Amounts, Dimension } from './counter.ts';
import type { Limit } from './limit.ts';

/** A call that asks for room, or has it. */
export interface HoldRequest {
  /** Names the hold; asked for again, it gives the same hold. `null`: a new one is made. */
  readonly requestId: string | null;
  readonly tokenId: number | null;
  readonly userId: string;
  readonly projectId: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly amounts: Amounts;
  /** How long it lasts if nobody ends it, in milliseconds. */
  readonly ttlMs: number;
}

/** How many ended holds were forgotten, and after which id there may be more, if there may. */
export interface Forgotten {
  readonly count: number;
  readonly goesOnAfter: number | null;
}

/** How a hold ends. */
export type HoldEnd =
  | { readonly state: 'settled' | 'expired'; readonly reason?: undefined }
  | { readonly state: 'released'; readonly reason: string | null };

/** `_holds`, prepared once. */
export class HoldStatements {
  readonly #insert: Statement<unknown[]>;
  readonly #insertLimit: Statement<number[]>;
  readonly #byRequestId: Statement<[string], schema.Hold>;
  readonly #limitsOf: Statement<[number], schema.HoldLimit>;
  readonly #end: Statement<[string, number, string | null, number]>;
  readonly #remove: Statement<[number]>;
  readonly #expired: Statement<[number, number], schema.Hold>;
  readonly #expiredOf: Statement<[string, number, number], schema.Hold>;
  readonly #oldest: Statement<[number, number], Pick<schema.Hold, 'id' | 'heldAt'>>;
  readonly #forget: Statement<[number, number, number]>;
  readonly #moveWindows: Readonly<Record<Dimension, Statement<[number, number, number]>>>;

  constructor({ connection }: IronDatabase) {
    this.#insert = connection.prepare(
      `INSERT INTO _holds (request_id, token_id, user_id, project_id, provider, model, state, tokens, requests,
         cost_nanos, held_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?, ?, ?, ?)`,
    );
    this.#insertLimit = connection.prepare('INSERT INTO _hold_limits VALUES (?, ?, ?, ?, ?)');
    this.#byRequestId = connection.prepare(`${SELECT} WHERE request_id = ?`);
    this.#limitsOf = connection.prepare(
      `SELECT hold_id AS holdId, limit_id AS limitId, tokens_window_started_at AS tokensWindowStartedAt,
         requests_window_started_at AS requestsWindowStartedAt, cost_window_started_at AS costWindowStartedAt
       FROM _hold_limits WHERE hold_id = ?`,
    );
    this.#end = connection.prepare('UPDATE _holds SET state = ?, ended_at = ?, end_reason = ? WHERE id = ?');
    this.#remove = connection.prepare('DELETE FROM _holds WHERE id = ?');
    this.#expired = connection.prepare(`${SELECT} WHERE state = 'held' AND expires_at <= ? LIMIT ?`);
    this.#expiredOf = connection.prepare(`${SELECT} WHERE state = 'held' AND user_id = ? AND expires_at <= ? LIMIT ?`);
    this.#oldest = connection.prepare('SELECT id, held_at AS heldAt FROM _holds WHERE id > ? ORDER BY id LIMIT ?');
    this.#forget = connection.prepare('DELETE FROM _holds WHERE id > ? AND id <= ? AND ended_at <= ?');
    const moveWindow = (dimension: Dimension) =>
      connection.prepare<[number, number, number]>(
        `UPDATE _hold_limits SET ${dimension}_window_started_at = ?
         WHERE limit_id = ? AND ${dimension}_window_started_at = ?`,
      );
    this.#moveWindows = {
      tokens: moveWindow('tokens'),
      requests: moveWindow('requests'),
      cost: moveWindow('cost'),
    };
  }

  /** @param limits those that it was taken out of, in the windows that it counts in */
  insert(request: HoldRequest & { readonly requestId: string }, now: number, limits: readonly Limit[]): schema.Hold {
    const { requestId, tokenId, userId, projectId, provider, model } = request;
    const { tokens, requests, cost: costNanos } = request.amounts;
    const expiresAt = now + request.ttlMs;
    const whose = [requestId, tokenId, userId, projectId, provider, model];
    const { lastInsertRowid } = this.#insert.run(...whose, tokens, requests, costNanos, now, expiresAt);
    const id = Number(lastInsertRowid);
    for (const { id: limitId, counters } of limits) {
      const windows = [counters.tokens, counters.requests, counters.cost].map((counter) => counter.windowStartedAt);
      this.#insertLimit.run(id, limitId, ...windows);
    }
    const whom = { id, requestId, tokenId, userId, projectId, provider, model };
    return {
      ...whom,
      state: 'held',
      tokens,
      requests,
      costNanos,
      heldAt: now,
      expiresAt,
      endedAt: null,
      endReason: null,
    };
  }

  byRequestId(requestId: string): schema.Hold | undefined {
    return this.#byRequestId.get(requestId);
  }

  limitsOf(holdId: number): schema.HoldLimit[] {
    return this.#limitsOf.all(holdId);
  }

  end(holdId: number, now: number, { state, reason = null }: HoldEnd): void {
    this.#end.run(state, now, reason, holdId);
  }

  remove(holdId: number): void {
    this.#remove.run(holdId);
  }

  /** Open holds whose time is over: everybody's, or one user's. */
  expired(now: number, most: number, userId: string | null): schema.Hold[] {
    return userId === null ? this.#expired.all(now, most) : this.#expiredOf.all(userId, now, most);
  }

  /**
   * Removes those that ended at or before `endedAt` from among the `most` oldest after a certain one. The oldest have
   * the lowest ids, so that they are found without an index.
   */
  forget(afterId: number, endedAt: number, most: number): Forgotten {
    const oldest = this.#oldest.all(afterId, most);
    const last = oldest.at(-1);
    if (!last) return { count: 0, goesOnAfter: null };
    const count = this.#forget.run(afterId, last.id, endedAt).changes;
    const mayGoOn = oldest.length === most && last.heldAt <= endedAt;
    return { count, goesOnAfter: mayGoOn ? last.id : null };
  }

  /** Makes the window of a limit that began at `from` the one that begins at `to`, for the holds that count in it. */
  moveWindow(limitId: number, dimension: Dimension, from: number, to: number): void {
    this.#moveWindows[dimension].run(to, limitId, from);
  }
}

const SELECT = `SELECT id, request_id AS requestId, token_id AS tokenId, user_id AS userId, project_id AS projectId,
  provider, model, state, tokens, requests, cost_nanos AS costNanos, held_at AS heldAt, expires_at AS expiresAt,
  ended_at AS endedAt, end_reason AS endReason FROM _holds`;
