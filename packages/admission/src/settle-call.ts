import type { schema, Work, Writer } from '@iron/db';
import { type HoldBook, HoldNotFoundError } from '@iron/limits';
import { billUsage, parseCall, reportedUsage, type PriceBook, type UsageRecorder, type UsageRow } from '@iron/usage';
import { type ActualUsage, actualUsageSchema } from './admission-input.ts';

export interface SettleContext {
  readonly book: HoldBook;
  readonly recorder: UsageRecorder;
}

/** What a call cost in the end. */
export interface Settlement {
  readonly requestId: string;
  /** The row of the call; `null` where its token was deleted meanwhile, which takes all its usage with it. */
  readonly usageId: number | null;
  /** Whether this settled it; not if it was settled before. */
  readonly settled: boolean;
  /** In nano-dollars; `null` where the model has no known price. */
  readonly costNanos: number | null;
  readonly priceVersion: string | null;
}

/** A call that has ended: what it was let through as, and what it used. */
export interface EndedCall {
  readonly requestId: string;
  readonly tokenId: number;
  readonly provider: string;
  readonly model: string;
  readonly actual: ActualUsage;
}

/**
 * Makes the usage row of a call, billed by the price of now.
 *
 * @throws {InvalidCountError | TotalsDoNotAddUpError | InvalidInputError} of `@iron/usage`
 */
export function billCall(call: EndedCall, prices: Pick<PriceBook, 'find'>, now: number): UsageRow {
  const { requestId, tokenId, provider, model } = call;
  const actual = parseCall('settle', actualUsageSchema, call.actual);
  const names = { tokenId, requestId, provider, model: actual.model ?? model }; // checked when it was let through
  return billUsage(reportedUsage(names, actual), prices, now);
}

/**
 * Writes the usage row and puts it in the place of the hold, inside one transaction: there is both or neither. A
 * second time changes nothing.
 *
 * @throws {HoldNotFoundError} nothing was ever held for it
 * @throws {UsageConflictError} it was settled with other counts before
 */
export function* settleCall(
  tx: Writer,
  { book, recorder }: SettleContext,
  row: UsageRow,
  hold: schema.Hold | undefined,
): Work<Settlement> {
  const requestId = String(row.requestId);
  const isDeleted = hold?.tokenId === null;
  const inserted = isDeleted ? null : yield* recorder.insert(tx, row);
  if (!hold && inserted?.recorded !== false) throw new HoldNotFoundError(requestId);
  const settled = hold !== undefined && (yield* book.settle(tx, hold, amountsOf(row, hold)));
  return {
    requestId,
    settled,
    usageId: inserted?.usageId ?? null,
    costNanos: inserted ? inserted.costNanos : row.costNanos,
    priceVersion: inserted ? inserted.priceVersion : row.priceVersion,
  };
}

/** A cost that is not known is not zero: then what was held for it stays taken. */
function amountsOf(row: UsageRow, hold: schema.Hold) {
  return { tokens: row.totalTokens, requests: row.requestsCount, cost: row.costNanos ?? hold.costNanos };
}
