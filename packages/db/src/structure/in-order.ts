/** The parts in a fixed order: SQLite lists them as they were made, which is no part of the structure. */
export function inOrder<T>(parts: readonly T[]): T[] {
  const keyed = parts.map((part) => ({ part, key: JSON.stringify(part) }));
  return keyed
    .toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .map(({ part }) => part);
}
