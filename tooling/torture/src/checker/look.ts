import { type IronDatabase, openDatabase, verifyAudit } from '@iron/db';
import { LimitEnforcer } from '@iron/limits';
import { TokenStorage } from '@iron/tokens';
import { UsageTracker } from '@iron/usage';
import type { DatabaseLifecycle } from '@iron/db';

export interface TokenRow {
  readonly id: number;
  readonly name: string | null;
  readonly tokenHash: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface UsageRow {
  readonly requestId: string | null;
  readonly tokenId: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly costNanos: number | null;
}

export interface HoldRow {
  readonly id: number;
  readonly requestId: string;
  readonly state: string;
  readonly tokens: number;
  readonly requests: number;
  readonly costNanos: number;
}

/** Which windows of which limit a hold counts in. */
interface HoldLimitRow {
  readonly holdId: number;
  readonly limitId: number;
  readonly tokens: number;
  readonly requests: number;
  readonly cost: number;
}

export interface CounterRow {
  readonly limitId: number;
  readonly dimension: 'tokens' | 'requests' | 'cost';
  readonly most: number | null;
  readonly windowStartedAt: number;
  readonly settled: number;
  readonly held: number;
  readonly overage: number;
}

/** All that the rules ask a database for, read at one time at which nobody writes. */
export interface Look {
  readonly tokens: readonly TokenRow[];
  /** Every user by their id. */
  readonly owners: ReadonlyMap<string, 'active' | 'deleted'>;
  /** The versions of the price books. */
  readonly prices: ReadonlySet<string>;
  readonly usage: readonly UsageRow[];
  readonly holds: readonly HoldRow[];
  readonly holdLimits: readonly HoldLimitRow[];
  readonly counters: readonly CounterRow[];
  /** How many rows of the audit log each actor has. */
  readonly audited: ReadonlyMap<string, number>;
  /** The secrets that are accepted, of those that were asked about, and when that was asked. */
  readonly accepted: ReadonlySet<string>;
  readonly askedAt: number;
  /** What Iron's own verifications find wrong. */
  readonly findings: readonly unknown[];
}

const TOKENS = `SELECT id, name, token_hash AS "tokenHash", expires_at AS "expiresAt", revoked_at AS "revokedAt"
  FROM api_tokens ORDER BY id`;
const OWNERS = `SELECT id, CASE WHEN deleted_at IS NULL THEN 'active' ELSE 'deleted' END AS state FROM users`;
const PRICES = 'SELECT version FROM _price_books';
const USAGE = `SELECT request_id AS "requestId", token_id AS "tokenId", input_tokens AS "inputTokens",
  output_tokens AS "outputTokens", total_tokens AS "totalTokens", cost_nanos AS "costNanos" FROM token_usage`;
const HOLDS = `SELECT id, request_id AS "requestId", state, tokens, requests, cost_nanos AS "costNanos" FROM _holds`;
const HOLD_LIMITS = `SELECT hold_id AS "holdId", limit_id AS "limitId", tokens_window_started_at AS tokens,
  requests_window_started_at AS requests, cost_window_started_at AS cost FROM _hold_limits`;
const AUDITED = `SELECT actor, count(*) AS count FROM (
    SELECT actor_user_id AS actor FROM audit_log UNION ALL SELECT performed_by FROM user_audit_log
  ) AS changes WHERE actor IS NOT NULL GROUP BY actor`;

/** Every counter of every limit. */
export const COUNTERS = `
  SELECT id AS "limitId", 'tokens' AS dimension, max_tokens_per_day AS most,
    tokens_window_started_at AS "windowStartedAt", tokens_settled AS settled, tokens_held AS held,
    tokens_overage AS overage FROM usage_limits
  UNION ALL SELECT id, 'requests', max_requests_per_minute, requests_window_started_at, requests_settled,
    requests_held, requests_overage FROM usage_limits
  UNION ALL SELECT id, 'cost', max_cost_nanos_per_month, cost_window_started_at, cost_settled_nanos,
    cost_held_nanos, cost_overage_nanos FROM usage_limits`;

/** @param secrets those to ask about */
export async function lookAt(url: string, lifecycle: DatabaseLifecycle, secrets: readonly string[]): Promise<Look> {
  const verified = await lifecycle.verify({ environment: 'development' });
  const database = await openDatabase(url);
  try {
    const rowsOf = async <Row>(query: string) => await database.reader.statement<[], Row>(query).all();
    const owners = await rowsOf<{ id: string; state: 'active' | 'deleted' }>(OWNERS);
    const prices = await rowsOf<{ version: string }>(PRICES);
    const audited = await rowsOf<{ actor: string; count: number }>(AUDITED);
    return {
      tokens: await rowsOf<TokenRow>(TOKENS),
      owners: new Map(owners.map(({ id, state }) => [id, state])),
      prices: new Set(prices.map(({ version }) => version)),
      usage: await rowsOf<UsageRow>(USAGE),
      holds: await rowsOf<HoldRow>(HOLDS),
      holdLimits: await rowsOf<HoldLimitRow>(HOLD_LIMITS),
      counters: await rowsOf<CounterRow>(COUNTERS),
      audited: new Map(audited.map(({ actor, count }) => [actor, count])),
      ...(await askAbout(database, secrets)),
      findings: [...verified.checks.filter(({ problems }) => problems.length > 0), ...(await verifyContent(database))],
    };
  } finally {
    await database.close();
  }
}

async function askAbout(
  database: IronDatabase,
  secrets: readonly string[],
): Promise<Pick<Look, 'accepted' | 'askedAt'>> {
  const askedAt = Date.now();
  await using tokens = await TokenStorage.open(database, { now: () => askedAt });
  const isAccepted = async (secret: string) =>
    await tokens.verifyToken(secret).then(
      () => true,
      () => false,
    );
  const answers = await Promise.all(secrets.map(isAccepted));
  return { askedAt, accepted: new Set(secrets.filter((_, place) => answers[place])) };
}

async function verifyContent(database: IronDatabase): Promise<unknown[]> {
  const usage = await UsageTracker.open(database);
  const limits = await LimitEnforcer.open(database);
  const { drifts } = await usage.verifyTotals();
  const logs = await verifyAudit(database.reader);
  return [...drifts, ...(await limits.verifyHeld()), ...logs.filter(({ broken }) => broken !== null)];
}
