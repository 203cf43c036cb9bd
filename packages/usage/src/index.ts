export { type CallEstimate, type TokenCounts, costOf, estimateCost } from './prices/cost.ts';
export { type CurrentPriceBook, type CurrentPriceBookOptions, currentPriceBook } from './prices/current-price-book.ts';
export type { FoundPrice, PriceBook, PriceQuery, PriceSource } from './prices/price-book.ts';
export { type PriceImportInput, PriceStorage, type PriceStorageOptions } from './prices/price-storage.ts';
export { billUsage } from './recording/bill-usage.ts';
export { type InsertedUsage, type UsageRecorder, usageRecorder } from './recording/usage-recorder.ts';
export { type ReportedUsage, type Usage, type UsageInput, type UsageRow, parseUsage } from './recording/usage.ts';
export {
  InvalidCountError,
  TooManyPeriodsError,
  TotalsDoNotAddUpError,
  UnknownFieldError,
  UnknownTokenError,
  UsageConflictError,
  UsageDroppedError,
  UsageTooOldError,
} from './usage-errors.ts';
