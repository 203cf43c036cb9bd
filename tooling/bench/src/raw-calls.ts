import { hash, randomUUIDv7 } from 'node:crypto';
import type { schema } from '@iron/db';
import type Database from 'better-sqlite3';
import { CALL } from './call.ts';
import * as sql from './raw-statements.ts';

/** What is read of a token. */
interface TokenRow {
  readonly id: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly isActive: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly owner: string | null;
}

interface Windows {
  readonly day: number;
  readonly minute: number;
  readonly month: number;
}

/**
 * A call's way through as one would write it by hand for this call alone: the statements of `AdmissionController`
 * without checks of what comes in, savepoints, prices or promises. It is not right for any other call.
 */
export class RawCalls {
  readonly #connection: Database.Database;
  readonly #now: () => number;
  readonly #token: Database.Statement<[string], TokenRow>;
  readonly #limitOf: Database.Statement<[string, string], schema.UsageLimit>;
  readonly #limit: Database.Statement<[number], schema.UsageLimit>;
  readonly #saveLimit: Database.Statement<number[]>;
  readonly #addHold: Database.Statement;
  readonly #addHoldLimit: Database.Statement<number[]>;
  readonly #hold: Database.Statement<[string], schema.Hold>;
  readonly #holdLimits: Database.Statement<[number], schema.HoldLimit>;
  readonly #endHold: Database.Statement<[string, number, number]>;
  readonly #addUsage: Database.Statement;

  constructor(connection: Database.Database, now = Date.now) {
    this.#connection = connection;
    this.#now = now;
    this.#token = connection.prepare(sql.FIND_TOKEN);
    this.#limitOf = connection.prepare(sql.FIND_LIMIT_OF);
    this.#limit = connection.prepare(sql.FIND_LIMIT);
    this.#saveLimit = connection.prepare(sql.SAVE_LIMIT);
    this.#addHold = connection.prepare(sql.ADD_HOLD);
    this.#addHoldLimit = connection.prepare(sql.ADD_HOLD_LIMIT);
    this.#hold = connection.prepare(sql.FIND_HOLD);
    this.#holdLimits = connection.prepare(sql.FIND_HOLD_LIMITS);
    this.#endHold = connection.prepare(sql.END_HOLD);
    this.#addUsage = connection.prepare(sql.ADD_USAGE);
  }

  /** One commit that lets calls through; says their request ids. */
  authorize(secrets: readonly string[]): string[] {
    return this.#commit(() => secrets.map((secret) => this.#authorize(secret)));
  }

  /** One commit that settles them. */
  settle(requestIds: readonly string[]): void {
    this.#commit(() => {
      for (const requestId of requestIds) this.#settle(requestId);
    });
  }

  #commit<T>(work: () => T): T {
    this.#connection.exec('BEGIN IMMEDIATE');
    const result = work();
    this.#connection.exec('COMMIT');
    return result;
  }

  #authorize(secret: string): string {
    const now = this.#now();
    const token = this.#token.get(hash('sha256', secret));
    if (!token?.isActive || token.owner?.startsWith('owner_') || token.revokedAt !== null) throw new Error('refused');
    const windows = windowsAt(now);
    const limits = [this.#limitOf.get(token.userId, ''), this.#limitOf.get(token.userId, token.projectId ?? '')];
    const requestId = randomUUIDv7();
    const { provider, model } = CALL.asked;
    const { tokens, requests, costNanos } = CALL.held;
    const whose = [requestId, token.id, token.userId, token.projectId, provider, model];
    const { lastInsertRowid } = this.#addHold.run(...whose, tokens, requests, costNanos, now, now + CALL.ttlMs);
    for (const limit of limits) {
      if (!limit) throw new Error('no limit');
      this.#take(limit, windows);
      this.#addHoldLimit.run(Number(lastInsertRowid), limit.id, windows.day, windows.minute, windows.month);
    }
    return requestId;
  }

  #take(limit: schema.UsageLimit, { day, minute, month }: Windows): void {
    const { tokens, requests, costNanos } = CALL.held;
    const isDay = limit.tokensWindowStartedAt === day;
    const isMinute = limit.requestsWindowStartedAt === minute;
    const isMonth = limit.costWindowStartedAt === month;
    const tokensSettled = isDay ? limit.tokensSettled : 0;
    const tokensHeld = (isDay ? limit.tokensHeld : 0) + tokens;
    const requestsSettled = isMinute ? limit.requestsSettled : 0;
    const requestsHeld = (isMinute ? limit.requestsHeld : 0) + requests;
    const costSettled = isMonth ? limit.costSettledNanos : 0;
    const costHeld = (isMonth ? limit.costHeldNanos : 0) + costNanos;
    const hasRoom =
      tokensSettled + tokensHeld <= (limit.maxTokensPerDay ?? Infinity) &&
      requestsSettled + requestsHeld <= (limit.maxRequestsPerMinute ?? Infinity) &&
      costSettled + costHeld <= (limit.maxCostNanosPerMonth ?? Infinity);
    if (!hasRoom) throw new Error('no room');
    const ofTokens = [day, tokensSettled, tokensHeld, 0];
    const ofRequests = [minute, requestsSettled, requestsHeld, 0];
    this.#saveLimit.run(...ofTokens, ...ofRequests, month, costSettled, costHeld, 0, limit.id);
  }

  #settle(requestId: string): void {
    const now = this.#now();
    const hold = this.#hold.get(requestId);
    if (hold?.state !== 'held') throw new Error('not held');
    const { tokenId, provider, model } = hold;
    const { inputTokens, outputTokens } = CALL.used;
    const { tokens, requests, costNanos } = CALL.billed;
    const counts = [inputTokens, outputTokens, 0, 0, 0, 0, tokens, requests, costNanos, 'genai-prices@0.1.8'];
    this.#addUsage.run(tokenId, requestId, provider, model, ...counts, now, tokenId, now);
    for (const windows of this.#holdLimits.all(hold.id)) this.#give(windows, hold);
    this.#endHold.run('settled', now, hold.id);
  }

  #give(windows: schema.HoldLimit, held: schema.Hold): void {
    const limit = this.#limit.get(windows.limitId);
    if (!limit) return;
    const isDay = limit.tokensWindowStartedAt === windows.tokensWindowStartedAt;
    const isMinute = limit.requestsWindowStartedAt === windows.requestsWindowStartedAt;
    const isMonth = limit.costWindowStartedAt === windows.costWindowStartedAt;
    const { tokens, requests, costNanos } = CALL.billed;
    this.#saveLimit.run(
      limit.tokensWindowStartedAt,
      limit.tokensSettled + (isDay ? tokens : 0),
      limit.tokensHeld - (isDay ? held.tokens : 0),
      limit.tokensOverage,
      limit.requestsWindowStartedAt,
      limit.requestsSettled + (isMinute ? requests : 0),
      limit.requestsHeld - (isMinute ? held.requests : 0),
      limit.requestsOverage,
      limit.costWindowStartedAt,
      limit.costSettledNanos + (isMonth ? costNanos : 0),
      limit.costHeldNanos - (isMonth ? held.costNanos : 0),
      limit.costOverageNanos,
      limit.id,
    );
  }
}

function windowsAt(now: number): Windows {
  const date = new Date(now);
  const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  return { day: now - (now % 86_400_000), minute: now - (now % 60_000), month };
}
