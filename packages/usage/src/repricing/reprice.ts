import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  actorSchema,
  appendToAuditLog,
  type IronDatabase,
  parseInput,
  type ServiceContext,
  type Writer,
} from '@iron/db';
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

const COLUMNS = `
  id, provider, model, input_tokens AS inputTokens, output_tokens AS outputTokens,
  cached_input_tokens AS cachedInputTokens, cache_write_tokens AS cacheWriteTokens, reasoning_tokens AS reasoningTokens,
  audio_tokens AS audioTokens, requests_count AS requestsCount, cost_nanos AS costNanos,
  price_version AS priceVersion, recorded_at AS recordedAt`;

/**
 * Prices the rows that have no price, or with `all` bills every row anew by the prices of now, at its own time. A cost
 * that the caller gave stays. Each thousand rows are a commit of their own, so that a run that was stopped is taken up
 * by another: it finds what is left.
 */
export async function reprice({ database, now, prices }: Context, input: unknown): Promise<RepriceReport> {
  const parsed = parseInput('reprice', repriceSchema, input);
  const order = { ...parsed, to: parsed.to ?? now() + 1 };
  const readBatch = batchReader(database, order);
  const update = database.connection.prepare<[number, string, number]>(
    'UPDATE token_usage SET cost_nanos = ?, price_version = ? WHERE id = ?',
  );
  let report: RepriceReport = { rows: 0, priced: 0, unpriced: 0, costChangeNanos: 0n };
  let last: PricedRow | undefined;
  do {
    const before = report;
    const after = last;
    [report, last] = await database.write((tx) => {
      const rows = readBatch(after);
      const next = rows.reduce((sums, row) => priceRow(row, prices, update, sums), before);
      if (before.priced === 0 && next.priced > 0) noteReprice(tx, order, now());
      return [next, rows.at(-1)] as const;
    });
    await nextTurn();
  } while (last !== undefined);
  return report;
}

interface Update {
  run(costNanos: number, priceVersion: string, id: number): unknown;
}

function priceRow(row: PricedRow, book: Pick<PriceBook, 'find'>, update: Update, report: RepriceReport): RepriceReport {
  const found = book.find({ provider: row.provider, model: row.model, at: row.recordedAt });
  const rows = report.rows + 1;
  const costNanos = found && costIfAny(row, found.price);
  if (!found || costNanos === null) {
    return { ...report, rows, unpriced: report.unpriced + (row.costNanos === null ? 1 : 0) };
  }
  if (row.costNanos === costNanos && row.priceVersion === found.version) return { ...report, rows };
  update.run(costNanos, found.version, row.id);
  const costChangeNanos = report.costChangeNanos + BigInt(costNanos) - BigInt(row.costNanos ?? 0);
  return { ...report, rows, priced: report.priced + 1, costChangeNanos };
}

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
function batchReader({ connection }: IronDatabase, order: RepriceOrder): (last: PricedRow | undefined) => PricedRow[] {
  const names = [order.provider, order.model].filter((name) => name !== undefined);
  const conditions = [
    'recorded_at >= ?',
    'recorded_at < ?',
    ...(order.provider === undefined ? [] : ['provider = ?']),
    ...(order.model === undefined ? [] : ['model = ?']),
    order.all ? `price_version IS NOT '${GIVEN_PRICE}'` : 'cost_nanos IS NULL',
  ].join(' AND ');
  const key = keyOf(order);
  const columns = key.map((field) => (field === 'recordedAt' ? 'recorded_at' : field)).join(', ');
  const index = order.all ? 'idx_token_usage_recorded' : 'idx_token_usage_unpriced';
  const query = (after: string) =>
    connection.prepare<unknown[], PricedRow>(
      `SELECT ${COLUMNS} FROM token_usage INDEXED BY ${index}
       WHERE ${conditions} ${after} ORDER BY ${columns} LIMIT ${ROWS_A_COMMIT}`,
    );
  const first = query('');
  const next = query(`AND (${columns}) > (${key.map(() => '?').join(', ')})`);
  return (last) => {
    if (!last) return first.all(order.from, order.to, ...names);
    // SQLite begins at the first bound that it is given: without `max`, each read would go through all before it again.
    const from = key[0] === 'recordedAt' ? Math.max(order.from, last.recordedAt) : order.from;
    return next.all(from, order.to, ...names, ...key.map((field) => last[field]));
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
function noteReprice(
  tx: Writer,
  { actor: by, provider: ofProvider, model: ofModel, from, to, all }: RepriceOrder,
  at: number,
): void {
  const changes = { provider: ofProvider ?? null, model: ofModel ?? null, from, to, all };
  appendToAuditLog(tx, { entityType: 'usage', entityId: 'all', action: 'reprice', actor: by, changes, at });
}
