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
