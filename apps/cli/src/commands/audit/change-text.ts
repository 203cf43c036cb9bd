/** What was changed, for a cell of a table: `name: laptop, scopes: usage:read`. What is empty says nothing. */
export function showChanges(changes: unknown): string {
  if (typeof changes !== 'object' || changes === null) return '';
  return Object.entries(changes)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => `${name}: ${showValue(value)}`)
    .join(', ');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function showValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(showValue).join(' ') : JSON.stringify(value);
}
