import { type CallMemory, type CallSource, columnsOf, NotedMap, schema, selectList, type Writer } from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import type { Limit } from '../limit.ts';
import { COUNTER_COLUMNS, countsOf, limitOf } from '../limit-row.ts';

/** Whose limits a call needs: a user's in a project, those of a token's owner, or those that a hold was taken from. */
export type LimitsOf =
  | { readonly userId: string; readonly projectId: string | null }
  | { readonly tokenHash: string }
  | { readonly requestId: string };

/** The limits that the calls of one transaction share, locked in the order of their ids, so that none waits in a ring. */
export class LimitMemory implements CallMemory<LimitsOf> {
  readonly #tx: Writer;
  readonly #limits = new NotedMap<number, Limit>();
  readonly #changed = new NotedMap<number, Limit>();
  /** The ids of a user's limits. */
  readonly #idsOf = new Map<string, number[]>();
  /** Of whom all limits are here. */
  readonly #loaded = new Set<string>();

  constructor(tx: Writer) {
    this.#tx = tx;
  }

  async load(keys: readonly LimitsOf[]): Promise<void> {
    const byOwner = keys.flatMap((key) => ('userId' in key ? [key] : []));
    const hashes = keys.flatMap((key) => ('tokenHash' in key ? [key.tokenHash] : []));
    const requestIds = keys.flatMap((key) => ('requestId' in key ? [key.requestId] : []));
    const users = byOwner.map(({ userId }) => userId);
    const projects = byOwner.map(({ projectId }) => projectId ?? '');
    const [rows, owners] = await Promise.all([
      this.#tx
        .statement<[string[], string[], string[], string[]], schema.UsageLimit>(LOCK)
        .all(users, projects, hashes, requestIds),
      hashes.length === 0 ? [] : this.#tx.statement<[string[]], Owner>(OWNERS).all(hashes),
    ]);
    for (const row of rows) this.#limits.set(row.id, limitOf(row));
    for (const [userId, owned] of Map.groupBy(rows, (row) => row.userId)) {
      this.#idsOf.set(
        userId,
        owned.map(({ id }) => id),
      );
    }
    for (const { userId, projectId } of [...byOwner, ...owners]) this.#loaded.add(nameOf(userId, projectId));
  }

  /** `undefined`: they were not asked for beforehand. */
  applying(userId: string, projectId: string | null): Limit[] | undefined {
    if (!this.#loaded.has(nameOf(userId, projectId))) return undefined;
    const all = (this.#idsOf.get(userId) ?? []).flatMap((id) => this.#limits.get(id) ?? []);
    const own = all.filter((limit) => limit.projectId === null);
    return projectId === null ? own : [...own, ...all.filter((limit) => limit.projectId === projectId)];
  }

  byId(limitId: number): Limit | undefined {
    return this.#limits.get(limitId);
  }

  save(limit: Limit): void {
    this.#limits.set(limit.id, limit);
    this.#changed.set(limit.id, limit);
  }

  mark(): () => void {
    const takeBack = [this.#limits.mark(), this.#changed.mark()];
    return () => {
      for (const undo of takeBack) undo();
    };
  }

  async flush(): Promise<void> {
    if (this.#changed.size === 0) return;
    const changed = this.#changed.values();
    this.#changed.clear();
    const rows = changed.map((limit) => countsOf(limit));
    await this.#tx.statement<number[][]>(SAVE).run(...columnsOf(rows));
  }
}

/** The source of {@link LimitMemory}: its rows are written after the holds and before the usage. */
export const LIMITS: CallSource<LimitsOf, LimitMemory> = { rank: 2, open: (tx) => new LimitMemory(tx) };

interface Owner {
  readonly userId: string;
  readonly projectId: string | null;
}

/** No user and no project has a NUL in its name. */
function nameOf(userId: string, projectId: string | null): string {
  return `${userId}\0${projectId ?? ''}`;
}

const COLUMNS = selectList(getTableColumns(schema.usageLimits), 'usage_limits');

/**
 * The ids come first, as an array. Whoever waits for a row is given it as it is afterwards, if it still fits what was asked
 * for; of a join the other side is what it was, and the planner may choose one by which a row that has changed is left out.
 */
const LOCK = `
  SELECT ${COLUMNS} FROM usage_limits WHERE id = ANY (ARRAY (
    SELECT id FROM unnest(?::text[], ?::text[]) AS whose (user_id, project_id)
      JOIN usage_limits USING (user_id) WHERE coalesce(usage_limits.project_id, '') IN ('', whose.project_id)
    UNION ALL
    SELECT usage_limits.id FROM api_tokens JOIN usage_limits ON usage_limits.user_id = api_tokens.user_id
      AND coalesce(usage_limits.project_id, '') IN ('', coalesce(api_tokens.project_id, ''))
      WHERE api_tokens.token_hash = ANY (?::text[])
    UNION ALL
    SELECT limit_id FROM _holds JOIN _hold_limits ON hold_id = _holds.id WHERE request_id = ANY (?::text[])
  ))
  ORDER BY usage_limits.id FOR UPDATE`;

const OWNERS =
  'SELECT user_id AS "userId", project_id AS "projectId" FROM api_tokens WHERE token_hash = ANY (?::text[])';

/** Of the values of `countsOf`. */
const SAVED_COLUMNS = [...COUNTER_COLUMNS, 'id'];

const SAVE = `
  UPDATE usage_limits SET ${COUNTER_COLUMNS.map((column) => `${column} = new.${column}`).join(', ')}
  FROM unnest(${SAVED_COLUMNS.map(() => '?::bigint[]').join(', ')}) AS new (${SAVED_COLUMNS.join(', ')})
  WHERE usage_limits.id = new.id`;
