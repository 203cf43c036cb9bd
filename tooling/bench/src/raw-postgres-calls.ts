import { hash, randomUUIDv7 } from 'node:crypto';
import { columnsOf, type schema } from '@iron/db';
import type { Pool, PoolClient } from 'pg';
import { CALL } from './call.ts';
import { countsOf, giveBack, takeFrom, windowsAt } from './raw-counters.ts';
import type { TokenRow } from './raw-calls.ts';
import * as sql from './raw-postgres-statements.ts';

/**
 * Calls' way through PostgreSQL as one would write it by hand for these calls alone, as many as there are in a
 * transaction of two round trips: begin, tokens and locked limits; then all writes with the commit. Holds are locked
 * before limits, both in the order of their ids; the limits hold exactly, and a call is counted once. Left out is what
 * others need: checks of what comes in, prices, the lock that keeps changes of settings away, bounds on waiting, the
 * number that a lost commit is asked about with, expired holds, and one call's failure without the others'.
 */
export class RawPostgresCalls {
  readonly #pool: Pool;
  readonly #now: () => number;

  /** @param pool with `pipeline`, and integers as numbers */
  constructor(pool: Pool, now = Date.now) {
    this.#pool = pool;
    this.#now = now;
  }

  /** Looks one token up, outside of a transaction. */
  async verify(secret: string): Promise<void> {
    const [token] = await ask<TokenRow>(this.#pool, 'find_token', sql.FIND_TOKEN, [hash('sha256', secret)]);
    requireGood(token);
  }

  /** One commit that lets calls through; says their request ids. */
  async authorize(secrets: readonly string[]): Promise<string[]> {
    const hashes = secrets.map((secret) => hash('sha256', secret));
    return await this.#transact(async (client) => {
      const [tokens, limits] = await Promise.all([
        ask<TokenRow & { readonly tokenHash: string }>(client, 'find_tokens', sql.FIND_TOKENS, [hashes]),
        ask<schema.UsageLimit>(client, 'limits_of_tokens', sql.LOCK_LIMITS_OF_TOKENS, [hashes]),
      ]);
      const now = this.#now();
      const windows = windowsAt(now);
      const byHash = new Map(tokens.map((token) => [token.tokenHash, token]));
      const byOwner = Map.groupBy(limits, ({ userId }) => userId);
      const holds: unknown[][] = [];
      const taken: unknown[][] = [];
      for (const hashed of hashes) {
        const token = requireGood(byHash.get(hashed));
        const requestId = randomUUIDv7();
        holds.push([requestId, token.id, token.userId, token.projectId]);
        for (const limit of byOwner.get(token.userId) ?? []) {
          if (limit.projectId !== null && limit.projectId !== token.projectId) continue;
          takeFrom(limit, windows);
          taken.push([requestId, limit.id]);
        }
      }
      const { tokens: heldTokens, requests, costNanos } = CALL.held;
      const amounts = [CALL.asked.provider, CALL.asked.model, heldTokens, requests, costNanos, now, now + CALL.ttlMs];
      const { day, minute, month } = windows;
      const values = [...columnsOf(holds), ...amounts, ...columnsOf(taken), day, minute, month];
      const last = [ask(client, 'add_holds', sql.ADD_HOLDS, values), saveLimits(client, limits)];
      return { result: holds.map(([requestId]) => String(requestId)), last };
    });
  }

  /** One commit that settles them. */
  async settle(requestIds: readonly string[]): Promise<void> {
    await this.#transact(async (client) => {
      const [holds, holdLimits, limits] = await Promise.all([
        ask<schema.Hold>(client, 'lock_holds', sql.LOCK_HOLDS, [requestIds]),
        ask<schema.HoldLimit>(client, 'hold_limits', sql.FIND_HOLD_LIMITS, [requestIds]),
        ask<schema.UsageLimit>(client, 'limits_of_holds', sql.LOCK_LIMITS_OF_HOLDS, [requestIds]),
      ]);
      const now = this.#now();
      const byId = new Map(limits.map((limit) => [limit.id, limit]));
      const limitsOf = Map.groupBy(holdLimits, ({ holdId }) => holdId);
      for (const hold of holds) {
        if (hold.state !== 'held') throw new Error('not held');
        for (const windows of limitsOf.get(hold.id) ?? []) {
          const limit = byId.get(windows.limitId);
          if (limit) giveBack(limit, windows, hold);
        }
      }
      const { inputTokens, outputTokens } = CALL.used;
      const { tokens, requests, costNanos } = CALL.billed;
      const counts = [inputTokens, outputTokens, tokens, requests, costNanos, 'genai-prices@0.1.8', now];
      const usage = columnsOf(holds.map(({ tokenId, requestId }) => [tokenId, requestId]));
      const last = [
        ask(client, 'end_holds', sql.END_HOLDS, [holds.map(({ id }) => id), now]),
        saveLimits(client, limits),
        ask(client, 'add_usage', sql.ADD_USAGE, [...usage, CALL.asked.provider, CALL.asked.model, ...counts]),
      ];
      return { result: undefined, last };
    });
  }

  /** `work` sends its first statements behind `BEGIN`, and its last ones before `COMMIT`. */
  async #transact<T>(work: (client: PoolClient) => Promise<{ result: T; last: Promise<unknown>[] }>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      const begun = client.query('BEGIN');
      const { result, last } = await work(client);
      const [committed] = await Promise.all([client.query('COMMIT'), begun, ...last]);
      if (committed.command !== 'COMMIT') throw new Error('not committed');
      return result;
    } finally {
      client.release();
    }
  }
}

async function saveLimits(client: PoolClient, limits: readonly schema.UsageLimit[]): Promise<void> {
  await ask(client, 'save_limits', sql.SAVE_LIMITS, columnsOf(limits.map((limit) => [limit.id, ...countsOf(limit)])));
}

/** The rows of a statement that is prepared once on each connection. */
async function ask<Row>(on: Pool | PoolClient, name: string, text: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await on.query<Row & Record<string, unknown>>({ name, text, values });
  return rows;
}

function requireGood(token: TokenRow | undefined): TokenRow {
  if (!token?.isActive || token.owner?.startsWith('owner_') || token.revokedAt !== null) throw new Error('refused');
  return token;
}
