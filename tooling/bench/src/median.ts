export function medianOf(values: readonly number[]): number {
  const ordered = values.toSorted((one, other) => one - other);
  const upper = ordered[Math.floor(ordered.length / 2)] ?? Number.NaN;
  const lower = ordered[Math.ceil(ordered.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The value that so much of all (0 to 1) does not pass. */
export function percentileOf(values: readonly number[], part: number): number {
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[Math.max(Math.ceil(ordered.length * part) - 1, 0)] ?? Number.NaN;
}
