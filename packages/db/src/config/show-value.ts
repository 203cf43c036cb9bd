import { maskUrl } from '../connection/mask-url.ts';

/** A value as it may be shown: texts in quotes and with secrets masked, lists and tables only by their kind. */
export function showValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(maskUrl(value));
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return Number.isInteger(value) ? value.toFixed(1) : String(value);
    default:
      return Array.isArray(value) ? 'a list' : value instanceof Date ? 'a date' : 'a table';
  }
}
