import { costOf } from '../prices/cost.ts';
import type { PriceBook } from '../prices/price-book.ts';
import { GIVEN_PRICE, type ReportedUsage, type UsageRow } from './usage.ts';

/**
 * Makes the row of a call: when it was (now, unless the caller said) and what it cost by the price of that time. A
 * model without a price gives a row without a cost, which is not a cost of zero.
 *
 * @throws {CostTooLargeError} the cost is more than one call may cost
 */
export function billUsage(reported: ReportedUsage, prices: Pick<PriceBook, 'find'>, now: number): UsageRow {
  const recordedAt = reported.recordedAt ?? now;
  if (reported.costNanos !== null) {
    return { ...reported, recordedAt, costNanos: reported.costNanos, priceVersion: GIVEN_PRICE };
  }
  const found = prices.find({ provider: reported.provider, model: reported.model, at: recordedAt });
  if (!found) return { ...reported, recordedAt, costNanos: null, priceVersion: null };
  return { ...reported, recordedAt, costNanos: costOf(reported, found.price), priceVersion: found.version };
}
