import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  actorSchema,
  appendToAuditLog,
  columnsOf,
  type IronDatabase,
  parseInput,
  type Reader,
  schema,
  selectList,
  type ServiceContext,
  type SqlText,
  wait,
  type Work,
  type Writer,
} from '@iron/db';
import { getTableColumns } from '@iron/db/drizzle';
import { z } from 'zod';
import { costOf } from '../prices/cost.ts';
import type { ModelPrice } from '../prices/model-price.ts';
import type { PriceBook } from '../prices/price-book.ts';
import { CostTooLargeError, InvalidTokenCountsError } from '../prices/price-errors.ts';
import { GIVEN_PRICE, type UsageRow } from '../recording/usage.ts';
import { rangeFields } from '../reports/report-question.ts';
import { model, provider } from '../usage-fields.ts';

/** What became of the rows that were to be priced. */
export interface RepriceReport {
  /** Rows that were looked at. */
  readonly rows: number;
  /** Rows that have another price, or one at all, since. */
  readonly priced: number;
  /** Rows that had no price and for which there still is none. */
  readonly unpriced: number;
  /** By how many nano-dollars the cost of all rows has changed. */
  readonly costChangeNanos: bigint;
}

/** Checks what `reprice` takes. */
export const repriceSchema = z.strictObject({
  provider: provider.optional(),
  model: model.optional(),
  ...rangeFields,
  all: z.boolean().default(false).meta({ description: 'What has a price, too, but for costs that were given' }),
  actor: actorSchema.optional(),
});

/** What `reprice` takes. */
export type RepriceInput = z.input<typeof repriceSchema>;
type RepriceOrder = z.output<typeof repriceSchema> & { readonly to: number };

interface Context extends ServiceContext {
  readonly prices: Pick<PriceBook, 'find'>;
}

type PricedRow = Omit<UsageRow, 'requestId' | 'tokenId' | 'totalTokens'> & { readonly id: number };

const ROWS_A_COMMIT = 1_000;

const { requestId: _request, tokenId: _token, totalTokens: _total, ...priced } = getTableColumns(schema.tokenUsage);

/**
 * Prices the rows that have no price, or with `all` bills every row anew by the prices of now, at its own time. A cost
 * that the caller gave stays. Each thousand rows are a commit of their own, so that a run that was stopped is taken up
 * by another: it finds what is left.
 */
export async function reprice({ database, now, prices }: Context, input: unknown): Promise<RepriceReport> {
  const parsed = parseInput('reprice', repriceSchema, input);
  const order = { ...parsed, to: parsed.to ?? now() + 1 };
  const readBatch = batchReader(order);
  const store = STORE[database.engine];
  let report: RepriceReport = { rows: 0, priced: 0, unpriced: 0, costChangeNanos: 0n };
  let last: PricedRow | undefined;
  do {
    const before = report;
    const after = last;
    [report, last] = await database.write(function* (tx) {
      const rows = yield* readBatch(tx, after);
      const outcomes = rows.map((row) => priceRow(row, prices));
      yield* store(
        tx,
        outcomes.flatMap(({ changed }) => changed ?? []),
      );
      const next = outcomes.reduce(addOutcome, before);
      if (before.priced === 0 && next.priced > 0) yield* noteReprice(tx, order, now());
      return [next, rows.at(-1)] as const;
    });
    await nextTurn();
  } while (last !== undefined);
  return report;
}

/** The new price of a row. */
interface NewPrice {
  readonly id: number;
  readonly costNanos: number;
  readonly priceVersion: string;
}

/** What became of one row. */
interface Outcome {
  readonly changed?: NewPrice;
  /** By how many nano-dollars its cost has changed. */
  readonly costChangeNanos?: bigint;
  /** It had no price, and there is none. */
  readonly isUnpriced: boolean;
}

function priceRow(row: PricedRow, book: Pick<PriceBook, 'find'>): Outcome {
  const found = book.find({ provider: row.provider, model: row.model, at: row.recordedAt });
  const costNanos = found && costIfAny(row, found.price);
  if (!found || costNanos === null) return { isUnpriced: row.costNanos === null };
  if (row.costNanos === costNanos && row.priceVersion === found.version) return { isUnpriced: false };
  return {
    changed: { id: row.id, costNanos, priceVersion: found.version },
    costChangeNanos: BigInt(costNanos) - BigInt(row.costNanos ?? 0),
    isUnpriced: false,
  };
}

function addOutcome(report: RepriceReport, { changed, costChangeNanos = 0n, isUnpriced }: Outcome): RepriceReport {
  return {
    rows: report.rows + 1,
    priced: report.priced + (changed ? 1 : 0),
    unpriced: report.unpriced + (isUnpriced ? 1 : 0),
    costChangeNanos: report.costChangeNanos + costChangeNanos,
  };
}

const UPDATE = 'UPDATE token_usage SET cost_nanos = ?, price_version = ? WHERE id = ?';

const UPDATE_TOGETHER = `
  UPDATE token_usage SET cost_nanos = new.cost_nanos, price_version = new.price_version
  FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS new (id, cost_nanos, price_version)
  WHERE token_usage.id = new.id`;

/** One by one where a statement is a call of a function; together where it is a way there and back. */
const STORE = {
  *sqlite(tx: Writer, prices: readonly NewPrice[]): Work<void> {
    const update = tx.statement<[number, string, number]>(UPDATE);
    for (const { id, costNanos, priceVersion } of prices) yield* wait(update.run(costNanos, priceVersion, id));
  },
  *postgres(tx: Writer, prices: readonly NewPrice[]): Work<void> {
    if (prices.length === 0) return;
    const rows = prices.map(({ id, costNanos, priceVersion }) => [id, costNanos, priceVersion]);
    yield* wait(tx.statement<unknown[][]>(UPDATE_TOGETHER).run(...columnsOf(rows)));
  },
} satisfies Record<IronDatabase['engine'], (tx: Writer, prices: readonly NewPrice[]) => Work<void>>;

/** One row that cannot be billed, written by another program, keeps no other from its price. */
function costIfAny(row: PricedRow, price: ModelPrice): number | null {
  try {
    return costOf(row, price);
  } catch (error) {
    if (error instanceof InvalidTokenCountsError || error instanceof CostTooLargeError) return null;
    throw error;
  }
}

/** Reads the rows after one, in the order of an index: that of unpriced rows, or that of time. */
function batchReader(order: RepriceOrder): (reader: Reader, last: PricedRow | undefined) => Work<PricedRow[]> {
  const names = [order.provider, order.model].filter((name) => name !== undefined);
  const conditions = [
    'recorded_at >= ?',
    'recorded_at < ?',
    ...(order.provider === undefined ? [] : ['provider = ?']),
    ...(order.model === undefined ? [] : ['model = ?']),
    order.all ? `price_version IS DISTINCT FROM '${GIVEN_PRICE}'` : 'cost_nanos IS NULL',
  ].join(' AND ');
  const key = keyOf(order);
  const columns = key.map((field) => (field === 'recordedAt' ? 'recorded_at' : field)).join(', ');
  const index = order.all ? 'idx_token_usage_recorded' : 'idx_token_usage_unpriced';
  const query = (after: string): SqlText => {
    const select = (table: string) => `
      SELECT ${selectList(priced)} FROM ${table}
      WHERE ${conditions} ${after} ORDER BY ${columns} LIMIT ${ROWS_A_COMMIT}`;
    return { sqlite: select(`token_usage INDEXED BY ${index}`), postgres: select('token_usage') };
  };
  const first = query('');
  const next = query(`AND (${columns}) > (${key.map(() => '?').join(', ')})`);
  return function* (reader, last) {
    if (!last) {
      return yield* wait(reader.statement<unknown[], PricedRow>(first).all(order.from, order.to, ...names));
    }
    // The read begins at the first bound that it is given: without `max`, each would go through all before it again.
    const from = key[0] === 'recordedAt' ? Math.max(order.from, last.recordedAt) : order.from;
    const place = key.map((field) => last[field]);
    return yield* wait(reader.statement<unknown[], PricedRow>(next).all(from, order.to, ...names, ...place));
  };
}

/** What orders the rows of an index, after what they have in common. */
function keyOf({ provider: ofProvider, model: ofModel, all }: RepriceOrder) {
  if (all || (ofProvider !== undefined && ofModel !== undefined)) return ['recordedAt', 'id'] as const;
  return ofProvider === undefined
    ? (['provider', 'model', 'recordedAt', 'id'] as const)
    : (['model', 'recordedAt', 'id'] as const);
}

/** One row in the audit log for a run that changes something, in the commit of its first change. */
function* noteReprice(
  tx: Writer,
  { actor: by, provider: ofProvider, model: ofModel, from, to, all }: RepriceOrder,
  at: number,
): Work<void> {
  const changes = { provider: ofProvider ?? null, model: ofModel ?? null, from, to, all };
  yield* appendToAuditLog(tx, { entityType: 'usage', entityId: 'all', action: 'reprice', actor: by, changes, at });
}
