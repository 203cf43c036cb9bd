export { type CsvCell, csvLine } from './export/csv-line.ts';
export { formatUsd } from './export/nano-dollars.ts';
export {
  type ExportUsageInput,
  exportUsageSchema,
  type ListUsageInput,
  listUsageSchema,
  type UsageLine,
} from './export/usage-lines.ts';
export { builtInPriceBook } from './prices/built-in-prices.ts';
export type { PriceImport } from './prices/change-prices.ts';
export { type CallEstimate, type TokenCounts, costOf, estimateCost } from './prices/cost.ts';
export { type CurrentPriceBook, type CurrentPriceBookOptions, currentPriceBook } from './prices/current-price-book.ts';
export type { MatchRule } from './prices/match-rule.ts';
export type { ModelPrice, PriceTier, Rates } from './prices/model-price.ts';
export {
  type PriceOverrideInput,
  type PriceWithdrawalInput,
  removePriceOverrideSchema,
  setPriceOverrideSchema,
} from './prices/override-input.ts';
export type { PriceBookRecord } from './prices/price-book-rows.ts';
export type { FoundPrice, PriceBook, PriceQuery, PriceSource } from './prices/price-book.ts';
export {
  CorruptPriceBookError,
  CostTooLargeError,
  InvalidPriceListError,
  InvalidTokenCountsError,
  PriceBookNotFoundError,
  PriceOverrideNotFoundError,
} from './prices/price-errors.ts';
export { type PriceList, priceListSchema } from './prices/price-list.ts';
export {
  importPricesSchema,
  type ListPriceBooksInput,
  listPriceBooksSchema,
  priceBookVersionSchema,
  type PriceImportInput,
  PriceStorage,
  type PriceStorageOptions,
  type StoredPriceBook,
} from './prices/price-storage.ts';
export { billUsage } from './recording/bill-usage.ts';
export { type InsertedUsage, type UsageRecorder, usageRecorder } from './recording/usage-recorder.ts';
export { USAGE } from './recording/usage-memory.ts';
export {
  type ReportedUsage,
  type Usage,
  type UsageInput,
  type UsageRow,
  reportedUsage,
  recordUsageSchema,
} from './recording/usage.ts';
export type { Interval, Period } from './reports/periods.ts';
export { type ReportDimension, type ReportInput, reportSchema } from './reports/report-question.ts';
export type { ReportRow, UsageSums } from './reports/report.ts';
export { type RepriceInput, type RepriceReport, repriceSchema } from './repricing/reprice.ts';
export { type UnpricedInput, type UnpricedModel, unpricedSchema } from './repricing/unpriced.ts';
export type { RetentionInput, RetentionReport } from './retention/retain-usage.ts';
export type { RebuildInput, RebuildReport } from './totals/rebuild-totals.ts';
export type { TotalsDrift, TotalsVerification } from './totals/verify-totals.ts';
export { type Trace, type ListTracesInput, listTracesSchema, type TraceSummary } from './traces/read-traces.ts';
export { redactText } from './traces/redact.ts';
export { recordTraceSchema, type TraceInput } from './traces/record-trace.ts';
export type { TracePayloads } from './traces/trace-payload.ts';
export {
  InvalidCountError,
  TooManyPeriodsError,
  TotalsDoNotAddUpError,
  TraceNotFoundError,
  UnknownTokenError,
  UsageConflictError,
  UsageDroppedError,
  UsageTooOldError,
} from './usage-errors.ts';
export { count as countSchema, parseCall } from './usage-fields.ts';
export { UsageTracker, type UsageTrackerOptions } from './usage-tracker.ts';
