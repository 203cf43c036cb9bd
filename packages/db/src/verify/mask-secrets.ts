/** Columns whose content is a secret, helps to find one, or may quote one. */
const SECRET_COLUMN = /^(token_hash|password_hash|encrypt.*|.*secret.*|.*_payload)$/;

/** A table's row for people's eyes: of a secret it says only that it is there and how long it is. */
export function maskSecrets(row: Readonly<Record<string, unknown>>): Record<string, string | number | null> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, maskValue(column, value)]));
}

function maskValue(column: string, value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return `(${value.length} bytes)`;
  if (SECRET_COLUMN.test(column)) return `(hidden, ${String(value).length} characters)`;
  return typeof value === 'number' ? value : String(value);
}
