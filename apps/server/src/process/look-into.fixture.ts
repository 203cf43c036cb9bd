import type { IronDatabase } from '@iron/db';
import { type HeldDrift, LimitEnforcer } from '@iron/limits';
import { AuditLog } from '@iron/tokens';
import { type TotalsDrift, UsageTracker } from '@iron/usage';
import type { Wish } from './working-clients.fixture.ts';

/** What is wrong in a database that servers have worked on, and nobody works on now. */
export interface Findings {
  /** What was done by what the server said, and is not there. */
  readonly lost: readonly Wish[];
  /** What is there though it was refused. */
  readonly notRefused: readonly Wish[];
  /** What is there more than once. */
  readonly doubled: readonly Wish[];
  readonly integrity: unknown;
  readonly totals: readonly TotalsDrift[];
  readonly held: readonly HeldDrift[];
  readonly logs: Awaited<ReturnType<AuditLog['verifyAudit']>>;
  readonly tokensUnlogged: number;
  /** Limits that are fuller than they may be. */
  readonly overfull: number;
  /** What limits say was settled, less what calls have used. */
  readonly settledTooMuch: number;
}

export const NOTHING_WRONG: Findings = {
  lost: [],
  notRefused: [],
  doubled: [],
  integrity: 'ok',
  totals: [],
  held: [],
  logs: [],
  tokensUnlogged: 0,
  overfull: 0,
  settledTooMuch: 0,
};

/** Where each kind of thing is, by its name. */
const PLACES: Readonly<Record<Wish['kind'], string>> = {
  token: 'SELECT count(*) AS found FROM api_tokens WHERE name = ?',
  usage: "SELECT count(*) AS found FROM token_usage WHERE request_id = 'usage-' || ?",
  trace: 'SELECT count(*) AS found FROM api_call_traces WHERE request_id = ?',
  hold: 'SELECT count(*) AS found FROM _holds WHERE request_id = ?',
  settlement: 'SELECT count(*) AS found FROM token_usage WHERE request_id = ?',
};

const TOKENS_UNLOGGED = `
  SELECT (SELECT count(*) FROM api_tokens)
    - (SELECT count(*) FROM audit_log WHERE entity_type = 'token' AND action = 'create') AS found`;
const OVERFULL = 'SELECT count(*) AS found FROM usage_limits WHERE tokens_settled + tokens_held > max_tokens_per_day';
const SETTLED_TOO_MUCH = `
  SELECT sum(l.tokens_settled + l.tokens_overage - coalesce((
    SELECT sum(u.total_tokens) FROM _hold_limits hl
    JOIN _holds h ON h.id = hl.hold_id JOIN token_usage u ON u.request_id = h.request_id
    WHERE hl.limit_id = l.id AND hl.tokens_window_started_at = l.tokens_window_started_at
  ), 0)) AS found FROM usage_limits l`;

/** There is no room, or no time. */
function isRefusal({ status }: Wish['answers'][number]): boolean {
  return status === 429 || status === 503;
}

export async function lookInto(database: IronDatabase, wishes: readonly Wish[]): Promise<Findings> {
  const usage = await UsageTracker.open(database);
  const limits = await LimitEnforcer.open(database);
  const audit = await AuditLog.open(database);
  const number = async (query: string, ...values: string[]) => {
    const row = await database.reader.statement<string[], { readonly found: number | null }>(query).get(...values);
    return row?.found ?? 0;
  };
  const counts = new Map<Wish, number>();
  for (const wish of wishes) counts.set(wish, await number(PLACES[wish.kind], wish.name));
  const countOf = (wish: Wish) => counts.get(wish) ?? 0;
  const logs = await audit.verifyAudit();
  return {
    lost: wishes
      .filter(({ answers }) => answers.some(({ status }) => status < 300))
      .filter((wish) => countOf(wish) === 0),
    notRefused: wishes.filter(({ answers }) => answers.length > 0 && answers.every(isRefusal)).filter(countOf),
    doubled: wishes.filter((wish) => countOf(wish) > 1),
    integrity: database.engine === 'sqlite' ? database.connection.pragma('integrity_check', { simple: true }) : 'ok',
    totals: (await usage.verifyTotals()).drifts,
    held: await limits.verifyHeld(),
    logs: logs.filter(({ broken }) => broken),
    tokensUnlogged: await number(TOKENS_UNLOGGED),
    overfull: await number(OVERFULL),
    settledTooMuch: await number(SETTLED_TOO_MUCH),
  };
}
