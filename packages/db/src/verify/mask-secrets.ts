/** Columns whose content is a secret, helps to find one, or may quote one. */
const SECRET_COLUMN = /^(token_hash|password_hash|encrypt.*|.*secret.*|.*_payload)$/;

/** What SQLite stores in a column. */
export type SqliteValue = number | string | Uint8Array | null;

/** A table's row for people's eyes: of a secret it says only that it is there and how long it is. */
export function maskSecrets(row: Readonly<Record<string, SqliteValue>>): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, maskValue(column, value)]));
}

function maskValue(column: string, value: SqliteValue): string | number | null {
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (value === null || !SECRET_COLUMN.test(column)) return value;
  return `(hidden, ${String(value).length} characters)`;
}
