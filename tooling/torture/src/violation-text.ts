import type { Violation } from './checker/violation.ts';

const MOST_LINES = 12;

/** For people: what must not be, the last of what was done that speaks against it, and what is there. */
export function violationText({ says, operations, rows }: Violation): string {
  const done = operations.slice(-MOST_LINES).map((operation) => `  journal: ${JSON.stringify(operation)}\n`);
  const there = rows.slice(-MOST_LINES).map((row) => `  row: ${rowText(row)}\n`);
  return `${says}\n${[...done, ...there].join('')}`;
}

function rowText(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
