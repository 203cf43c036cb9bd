import { hash } from 'node:crypto';

/** What the first row of a chained log carries as the hash of the one before. */
export const CHAIN_START = '0'.repeat(64);

/**
 * The hash of a log's row: SHA-256, in lower-case hexadecimal, of the JSON array of its id, the hash of the row before
 * and its other values in the order of the table's columns.
 */
export function chainHash(id: number, previousHash: string, values: readonly (string | number | null)[]): string {
  // Where somebody has taken the types off the table, an infinite number could stand for NULL: JSON writes both as null.
  const written = values.map((value) => (value === Infinity || value === -Infinity ? String(value) : value));
  return hash('sha256', JSON.stringify([id, previousHash, ...written]));
}
