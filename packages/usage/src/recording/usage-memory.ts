import { type CallMemory, type CallSource, columnsOf, NotedMap, schema, selectList, type Writer } from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import type { UsageRow } from './usage.ts';

/** The row that a call makes. */
export interface UsageOf {
  /** `null`: it has none, and counts as often as it comes. */
  readonly requestId: string | null;
  /** `null`: that of its hold. */
  readonly tokenId: number | null;
}

/** A row of `token_usage`, stored or to be. */
export type KnownUsage = UsageRow & { readonly id: number };

/** The usage rows that the calls of one transaction share, and what decides whether one can be. */
export class UsageMemory implements CallMemory<UsageOf> {
  readonly #tx: Writer;
  readonly #rows = new NotedMap<string, KnownUsage | null>();
  readonly #made = new NotedMap<number, KnownUsage>();
  readonly #tokens = new Set<number>();
  /** Ids for new rows, of which so many are used. */
  readonly #ids: number[] = [];
  #used = 0;
  #horizon = 0;

  constructor(tx: Writer) {
    this.#tx = tx;
  }

  async load(keys: readonly UsageOf[]): Promise<void> {
    const requestIds = keys.flatMap(({ requestId }) => requestId ?? []);
    const ofHolds = keys.flatMap(({ requestId, tokenId }) => (tokenId === null ? (requestId ?? []) : []));
    const tokenIds = keys.flatMap(({ tokenId }) => tokenId ?? []);
    const [rows, tokens, ids, horizon] = await Promise.all([
      this.#tx.statement<[string[]], KnownUsage>(FIND).all(requestIds),
      this.#tx.statement<[number[], string[]], { id: number }>(TOKENS).all(tokenIds, ofHolds),
      this.#tx.statement<[number], { id: number }>(NEXT_IDS).all(keys.length),
      this.#tx.statement<[number], { prunedBefore: number }>(HORIZON).get(1),
    ]);
    for (const requestId of requestIds) this.#rows.set(requestId, null);
    for (const row of rows) if (row.requestId !== null) this.#rows.set(row.requestId, row);
    for (const { id } of tokens) this.#tokens.add(id);
    this.#ids.push(...ids.map(({ id }) => id));
    this.#horizon = horizon?.prunedBefore ?? 0;
  }

  /** Rows recorded before this moment may have been dropped. */
  get horizon(): number {
    return this.#horizon;
  }

  /** Whether a row can be judged here, and written with those of the others. */
  covers({ requestId }: UsageRow): boolean {
    return requestId === null ? this.#used < this.#ids.length : this.knows(requestId);
  }

  /** Whether it is known what was recorded under that request id. */
  knows(requestId: string): boolean {
    return this.#rows.has(requestId);
  }

  find(requestId: string): KnownUsage | undefined {
    return this.#rows.get(requestId) ?? undefined;
  }

  hasToken(tokenId: number): boolean {
    return this.#tokens.has(tokenId);
  }

  /** @returns the id of the row */
  insert(row: UsageRow): number {
    const id = this.#ids[this.#used];
    if (id === undefined) throw new TypeError('A call makes a usage row that it did not ask for.');
    this.#used += 1;
    if (row.requestId !== null) this.#rows.set(row.requestId, { ...row, id });
    this.#made.set(id, { ...row, id });
    return id;
  }

  mark(): () => void {
    const takeBack = [this.#rows.mark(), this.#made.mark()];
    const used = this.#used;
    return () => {
      for (const undo of takeBack) undo();
      this.#used = used;
    };
  }

  async flush(): Promise<void> {
    if (this.#made.size === 0) return;
    const rows = this.#made.values().map((row) => FIELDS.map((field) => row[field]));
    this.#made.clear();
    await this.#tx.statement<unknown[][]>(INSERT).run(...columnsOf(rows));
  }
}

/** The source of {@link UsageMemory}: written last, because all calls of a model add to the same sums. */
export const USAGE: CallSource<UsageOf, UsageMemory> = { rank: 3, open: (tx) => new UsageMemory(tx) };

const COLUMNS = getTableColumns(schema.tokenUsage);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row has a field for each column
const FIELDS = Object.keys(COLUMNS) as (keyof KnownUsage)[];

const FIND = `SELECT ${selectList(COLUMNS)} FROM token_usage WHERE request_id = ANY (?::text[])`;

const TOKENS = `
  SELECT id FROM api_tokens WHERE id = ANY (ARRAY(
    SELECT unnest(?::bigint[]) UNION ALL SELECT token_id FROM _holds WHERE request_id = ANY (?::text[])))`;

const NEXT_IDS = `
  SELECT nextval((SELECT pg_get_serial_sequence('token_usage', 'id'))) AS id FROM generate_series(1, CAST(? AS integer))`;

const HORIZON = 'SELECT pruned_before AS "prunedBefore" FROM _usage_horizon WHERE id = ?';

const NAMES = Object.values(COLUMNS).map(({ name }) => name);
const ARRAYS = Object.values(COLUMNS).map(({ dataType }) => (dataType === 'string' ? '?::text[]' : '?::bigint[]'));

const INSERT = `
  INSERT INTO token_usage (${NAMES.join(', ')})
  SELECT * FROM unnest(${ARRAYS.join(', ')})`;
