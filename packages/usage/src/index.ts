export { builtInPriceBook } from './prices/built-in-prices.ts';
export type { PriceImport } from './prices/change-prices.ts';
export { type CallEstimate, type TokenCounts, costOf, estimateCost } from './prices/cost.ts';
export { type CurrentPriceBook, type CurrentPriceBookOptions, currentPriceBook } from './prices/current-price-book.ts';
export type { ModelPrice, PriceTier, Rates } from './prices/model-price.ts';
export type { PriceOverrideInput, PriceWithdrawalInput } from './prices/override-input.ts';
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
export type { PriceList } from './prices/price-list.ts';
export {
  type PriceImportInput,
  PriceStorage,
  type PriceStorageOptions,
  type StoredPriceBook,
} from './prices/price-storage.ts';
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
