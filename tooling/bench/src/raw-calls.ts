import { hash, randomUUIDv7 } from 'node:crypto';
import type { schema } from '@iron/db';
import type Database from 'better-sqlite3';
import { CALL } from './call.ts';
import { countsOf, giveBack, takeFrom, windowsAt } from './raw-counters.ts';
import * as sql from './raw-statements.ts';

/** What is read of a token by hand. */
export interface TokenRow {
  readonly id: number;
  readonly userId: string;
  readonly projectId: string | null;
  readonly isActive: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly owner: string | null;
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
      takeFrom(limit, windows);
      this.#saveLimit.run(...countsOf(limit), limit.id);
      this.#addHoldLimit.run(Number(lastInsertRowid), limit.id, windows.day, windows.minute, windows.month);
    }
    return requestId;
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
    for (const windows of this.#holdLimits.all(hold.id)) {
      const limit = this.#limit.get(windows.limitId);
      if (!limit) continue;
      giveBack(limit, windows, hold);
      this.#saveLimit.run(...countsOf(limit), limit.id);
    }
    this.#endHold.run('settled', now, hold.id);
  }
}
