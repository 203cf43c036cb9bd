import { maskUrl } from '../connection/mask-url.ts';

/** A value as it may be shown: texts in quotes and with secrets masked, lists and tables only by their kind. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(maskUrl(value));
  // A TOML float with a whole value, 10.0, is not the integer 10.
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : 'a table';
}
