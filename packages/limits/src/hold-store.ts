import { callMemory, type Reader, type schema, wait, type Work, type Writer } from '@iron/db';
import { HOLDS } from './calls/hold-memory.ts';
import type { Dimension } from './counter.ts';
import { type Forgotten, type HoldEnd, type NamedHoldRequest, newHold } from './hold-request.ts';
import type { Limit } from './limit.ts';

/** What holds are stored in: `_holds` and `_hold_limits`, or in calls what their transaction has of them in memory. */
export class HoldStore {
  /** @param limits those that it was taken out of, in the windows that it counts in */
  *insert(tx: Writer, request: NamedHoldRequest, now: number, limits: readonly Limit[]): Work<schema.Hold> {
    const memory = callMemory(HOLDS, tx);
    if (memory) return memory.insert(request, now, limits);
    const { amounts } = request;
    const inserted = tx
      .statement(INSERT)
      .insert(
        request.requestId,
        request.tokenId,
        request.userId,
        request.projectId,
        request.provider,
        request.model,
        amounts.tokens,
        amounts.requests,
        amounts.cost,
        now,
        now + request.ttlMs,
      );
    const id = yield* wait(inserted);
    if (id === undefined) throw new TypeError('A hold was inserted that has no id.');
    const insertLimit = tx.statement<number[]>(INSERT_LIMIT);
    for (const { id: limitId, counters } of limits) {
      const { tokens, requests, cost } = counters;
      const windows = [tokens.windowStartedAt, requests.windowStartedAt, cost.windowStartedAt] as const;
      yield* wait(insertLimit.run(id, limitId, ...windows));
    }
    return newHold(id, request, now);
  }

  byRequestId(reader: Reader, requestId: string): Work<schema.Hold | undefined> {
    const memory = callMemory(HOLDS, reader);
    if (memory?.knows(requestId)) return wait(memory.byRequestId(requestId));
    return wait(reader.statement<[string], schema.Hold>(BY_REQUEST_ID).get(requestId));
  }

  limitsOf(reader: Reader, holdId: number): Work<readonly schema.HoldLimit[]> {
    const known = callMemory(HOLDS, reader)?.limitsOf(holdId);
    return wait(known ?? reader.statement<[number], schema.HoldLimit>(LIMITS_OF).all(holdId));
  }

  end(tx: Writer, hold: schema.Hold, now: number, end: HoldEnd): Work<unknown> {
    const memory = callMemory(HOLDS, tx);
    if (memory) return wait(memory.end(hold, now, end));
    const { state, reason = null } = end;
    return wait(tx.statement<[string, number, string | null, number]>(END).run(state, now, reason, hold.id));
  }

  *remove(tx: Writer, hold: schema.Hold): Work<void> {
    const memory = callMemory(HOLDS, tx);
    if (memory) return memory.remove(hold);
    yield* wait(tx.statement<[number]>(REMOVE).run(hold.id));
  }

  /** Open holds whose time is over: everybody's, or one user's. */
  *expired(tx: Writer, now: number, most: number, userId: string | null): Work<schema.Hold[]> {
    const memory = callMemory(HOLDS, tx);
    if (userId === null) return yield* wait(tx.statement<[number, number], schema.Hold>(EXPIRED).all(now, most));
    if (!memory) {
      return yield* wait(tx.statement<[string, number, number], schema.Hold>(EXPIRED_OF).all(userId, now, most));
    }
    const holds = yield* wait(
      tx.statement<[string, number, number], schema.Hold>(LOCK_EXPIRED_OF).all(userId, now, most + memory.known),
    );
    return holds.filter(({ id }) => !memory.hasEnded(id));
  }

  /**
   * Removes those that ended at or before `endedAt` from among the `most` oldest after a certain one. The oldest have
   * the lowest ids, so that they are found without an index.
   */
  *forget(tx: Writer, afterId: number, endedAt: number, most: number): Work<Forgotten> {
    const oldest = yield* wait(
      tx.statement<[number, number], Pick<schema.Hold, 'id' | 'heldAt'>>(OLDEST).all(afterId, most),
    );
    const last = oldest.at(-1);
    if (!last) return { count: 0, goesOnAfter: null };
    const count = yield* wait(tx.statement<[number, number, number]>(FORGET).run(afterId, last.id, endedAt));
    const mayGoOn = oldest.length === most && last.heldAt <= endedAt;
    return { count, goesOnAfter: mayGoOn ? last.id : null };
  }

  /** Makes the window of a limit that began at `from` the one that begins at `to`, for the holds that count in it. */
  *moveWindow(tx: Writer, limitId: number, dimension: Dimension, from: number, to: number): Work<void> {
    yield* wait(tx.statement<[number, number, number]>(MOVE_WINDOW[dimension]).run(to, limitId, from));
  }
}

const INSERT = `
  INSERT INTO _holds (request_id, token_id, user_id, project_id, provider, model, state, tokens, requests,
    cost_nanos, held_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, 'held', ?, ?, ?, ?, ?)`;
const INSERT_LIMIT = 'INSERT INTO _hold_limits VALUES (?, ?, ?, ?, ?)';

const SELECT = `SELECT id, request_id AS "requestId", token_id AS "tokenId", user_id AS "userId",
  project_id AS "projectId", provider, model, state, tokens, requests, cost_nanos AS "costNanos", held_at AS "heldAt",
  expires_at AS "expiresAt", ended_at AS "endedAt", end_reason AS "endReason" FROM _holds`;
const BY_REQUEST_ID = `${SELECT} WHERE request_id = ?`;
const EXPIRED = `${SELECT} WHERE state = 'held' AND expires_at <= ? LIMIT ?`;
const EXPIRED_OF = `${SELECT} WHERE state = 'held' AND user_id = ? AND expires_at <= ? LIMIT ?`;
/** One that is being settled at this moment is left to whoever settles it: to wait for it could be to wait in a ring. */
const LOCK_EXPIRED_OF = `${EXPIRED_OF} FOR UPDATE SKIP LOCKED`;

const LIMITS_OF = `
  SELECT hold_id AS "holdId", limit_id AS "limitId", tokens_window_started_at AS "tokensWindowStartedAt",
    requests_window_started_at AS "requestsWindowStartedAt", cost_window_started_at AS "costWindowStartedAt"
  FROM _hold_limits WHERE hold_id = ?`;

const END = 'UPDATE _holds SET state = ?, ended_at = ?, end_reason = ? WHERE id = ?';
const REMOVE = 'DELETE FROM _holds WHERE id = ?';
const OLDEST = 'SELECT id, held_at AS "heldAt" FROM _holds WHERE id > ? ORDER BY id LIMIT ?';
const FORGET = 'DELETE FROM _holds WHERE id > ? AND id <= ? AND ended_at <= ?';

const MOVE_WINDOW = {
  tokens: moveWindow('tokens'),
  requests: moveWindow('requests'),
  cost: moveWindow('cost'),
} as const;

function moveWindow(dimension: Dimension): string {
  return `UPDATE _hold_limits SET ${dimension}_window_started_at = ?
    WHERE limit_id = ? AND ${dimension}_window_started_at = ?`;
}
