import { type CallMemory, type CallSource, columnsOf, NotedMap, type schema, type Writer } from '@iron/db';
import { newHold, type NamedHoldRequest, type HoldEnd } from '../hold-request.ts';
import type { Limit } from '../limit.ts';

/** The hold that a call needs. */
export interface HoldOf {
  /** `null`: one that is made, under a request id of its own. */
  readonly requestId: string | null;
  /** Whether the call may make it. */
  readonly isNew: boolean;
}

/** A hold as the transaction leaves it, and how it differs from what is stored. */
interface KnownHold {
  readonly hold: schema.Hold;
  readonly limits: readonly schema.HoldLimit[];
  readonly change: 'none' | 'made' | 'ended' | 'removed';
}

/** The holds that the calls of one transaction share. */
export class HoldMemory implements CallMemory<HoldOf> {
  readonly #tx: Writer;
  readonly #byId = new NotedMap<number, KnownHold>();
  readonly #byRequestId = new NotedMap<string, number | null>();
  /** Ids for new holds, of which so many are used. */
  readonly #ids: number[] = [];
  #used = 0;

  constructor(tx: Writer) {
    this.#tx = tx;
  }

  async load(keys: readonly HoldOf[]): Promise<void> {
    const requestIds = keys.flatMap(({ requestId }) => requestId ?? []);
    const made = keys.filter(({ isNew }) => isNew).length;
    const [holds, limits, ids] = await Promise.all([
      requestIds.length === 0 ? [] : this.#tx.statement<[string[]], schema.Hold>(LOCK).all(requestIds),
      requestIds.length === 0 ? [] : this.#tx.statement<[string[]], schema.HoldLimit>(LIMITS_OF).all(requestIds),
      made === 0 ? [] : this.#tx.statement<[number], { id: number }>(NEXT_IDS).all(made),
    ]);
    for (const requestId of requestIds) this.#byRequestId.set(requestId, null);
    const limitsOf = Map.groupBy(limits, ({ holdId }) => holdId);
    for (const hold of holds) {
      this.#byRequestId.set(hold.requestId, hold.id);
      this.#byId.set(hold.id, { hold, limits: limitsOf.get(hold.id) ?? [], change: 'none' });
    }
    this.#ids.push(...ids.map(({ id }) => id));
  }

  /** Whether it is known what there is of that request id. */
  knows(requestId: string): boolean {
    return this.#byRequestId.has(requestId);
  }

  byRequestId(requestId: string): schema.Hold | undefined {
    const id = this.#byRequestId.get(requestId);
    return typeof id === 'number' ? this.#byId.get(id)?.hold : undefined;
  }

  /** `undefined`: not known here. */
  limitsOf(holdId: number): readonly schema.HoldLimit[] | undefined {
    return this.#byId.get(holdId)?.limits;
  }

  insert(request: NamedHoldRequest, now: number, limits: readonly Limit[]): schema.Hold {
    const id = this.#ids[this.#used];
    if (id === undefined) throw new TypeError('A call makes a hold that it did not ask for.');
    this.#used += 1;
    const hold = newHold(id, request, now);
    const windows = limits.map(({ id: limitId, counters }) => ({
      holdId: id,
      limitId,
      tokensWindowStartedAt: counters.tokens.windowStartedAt,
      requestsWindowStartedAt: counters.requests.windowStartedAt,
      costWindowStartedAt: counters.cost.windowStartedAt,
    }));
    this.#byRequestId.set(hold.requestId, id);
    this.#byId.set(id, { hold, limits: windows, change: 'made' });
    return hold;
  }

  /** @param hold known here or not */
  end(hold: schema.Hold, now: number, { state, reason = null }: HoldEnd): void {
    const known = this.#byId.get(hold.id) ?? { hold, limits: [], change: 'none' };
    const ended = { ...known.hold, state, endedAt: now, endReason: reason };
    this.#byId.set(hold.id, { ...known, hold: ended, change: known.change === 'made' ? 'made' : 'ended' });
  }

  remove(hold: schema.Hold): void {
    const known = this.#byId.get(hold.id);
    if (known?.change === 'made') throw new TypeError('A hold was made and removed by calls of one moment.');
    this.#byId.set(hold.id, { hold, limits: [], change: 'removed' });
    this.#byRequestId.set(hold.requestId, null);
  }

  /** How many holds are known here, each of which may have ended. */
  get known(): number {
    return this.#byId.size;
  }

  /** Whether a stored hold has ended in here. */
  hasEnded(holdId: number): boolean {
    return (this.#byId.get(holdId)?.change ?? 'none') !== 'none';
  }

  mark(): () => void {
    const takeBack = [this.#byId.mark(), this.#byRequestId.mark()];
    const used = this.#used;
    return () => {
      for (const undo of takeBack) undo();
      this.#used = used;
    };
  }

  async flush(): Promise<void> {
    const { made = [], ended = [], removed = [] } = Object.groupBy(this.#byId.values(), ({ change }) => change);
    for (const known of [...made, ...ended]) this.#byId.set(known.hold.id, { ...known, change: 'none' });
    const windows = made.flatMap(({ limits }) => limits.map(windowsOf));
    await Promise.all([
      removed.length > 0 && this.#tx.statement<[number[]]>(REMOVE).run(removed.map(({ hold }) => hold.id)),
      ended.length > 0 && this.#tx.statement<unknown[][]>(END).run(...columnsOf(ended.map(({ hold }) => endOf(hold)))),
      made.length > 0 && this.#tx.statement<unknown[][]>(INSERT).run(...columnsOf(made.map(({ hold }) => rowOf(hold)))),
      windows.length > 0 && this.#tx.statement<number[][]>(INSERT_LIMITS).run(...columnsOf(windows)),
    ]);
  }
}

/** The source of {@link HoldMemory}: its rows are locked before those of the limits. */
export const HOLDS: CallSource<HoldOf, HoldMemory> = { rank: 1, open: (tx) => new HoldMemory(tx) };

function endOf({ id, state, endedAt, endReason }: schema.Hold): unknown[] {
  return [id, state, endedAt, endReason];
}

function rowOf(hold: schema.Hold): unknown[] {
  return COLUMNS.map(([field]) => hold[field]);
}

function windowsOf(limit: schema.HoldLimit): number[] {
  const { holdId, limitId, tokensWindowStartedAt, requestsWindowStartedAt, costWindowStartedAt } = limit;
  return [holdId, limitId, tokensWindowStartedAt, requestsWindowStartedAt, costWindowStartedAt];
}

const COLUMNS = [
  ['id', 'id', 'bigint'],
  ['requestId', 'request_id', 'text'],
  ['tokenId', 'token_id', 'bigint'],
  ['userId', 'user_id', 'text'],
  ['projectId', 'project_id', 'text'],
  ['provider', 'provider', 'text'],
  ['model', 'model', 'text'],
  ['state', 'state', 'text'],
  ['tokens', 'tokens', 'bigint'],
  ['requests', 'requests', 'bigint'],
  ['costNanos', 'cost_nanos', 'bigint'],
  ['heldAt', 'held_at', 'bigint'],
  ['expiresAt', 'expires_at', 'bigint'],
  ['endedAt', 'ended_at', 'bigint'],
  ['endReason', 'end_reason', 'text'],
] as const satisfies readonly (readonly [keyof schema.Hold, string, string])[];

const NAMES = COLUMNS.map(([, name]) => name).join(', ');

const LOCK = `
  SELECT ${COLUMNS.map(([field, name]) => `${name} AS "${field}"`).join(', ')}
  FROM _holds WHERE request_id = ANY (?::text[]) ORDER BY id FOR UPDATE`;

const LIMITS_OF = `
  SELECT hold_id AS "holdId", limit_id AS "limitId", tokens_window_started_at AS "tokensWindowStartedAt",
    requests_window_started_at AS "requestsWindowStartedAt", cost_window_started_at AS "costWindowStartedAt"
  FROM _hold_limits WHERE hold_id IN (SELECT id FROM _holds WHERE request_id = ANY (?::text[]))
  ORDER BY hold_id, limit_id`;

const NEXT_IDS = `
  SELECT nextval((SELECT pg_get_serial_sequence('_holds', 'id'))) AS id FROM generate_series(1, CAST(? AS integer))`;

const REMOVE = 'DELETE FROM _holds WHERE id = ANY (?::bigint[])';

const END = `
  UPDATE _holds SET state = new.state, ended_at = new.ended_at, end_reason = new.end_reason
  FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[]) AS new (id, state, ended_at, end_reason)
  WHERE _holds.id = new.id`;

const INSERT = `
  INSERT INTO _holds (${NAMES})
  SELECT * FROM unnest(${COLUMNS.map(([, , type]) => `?::${type}[]`).join(', ')})`;

const INSERT_LIMITS = `
  INSERT INTO _hold_limits
  SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])`;
