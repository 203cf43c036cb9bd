import { SUM_COLUMNS } from '../totals/roll-ups.ts';

export type SqlValue = string | bigint | null;
/** A line of a report as SQL gives it: its period, a column for each dimension, and the sums. */
export type SqlRow = Readonly<Record<string, SqlValue>>;
/** The period of a line and the values of its dimensions: what orders a report. */
export type GroupKey = readonly (string | number)[];

interface Group {
  readonly key: GroupKey;
  readonly row: SqlRow;
}

/** Puts together what parts of a report say of the same line. Each part has its first lines, so this has them, too. */
export class ReportGroups {
  readonly #keyOf: (row: SqlRow) => GroupKey;
  readonly #groups = new Map<string, Group>();

  constructor(keyOf: (row: SqlRow) => GroupKey) {
    this.#keyOf = keyOf;
  }

  add(rows: readonly SqlRow[]): void {
    for (const row of rows) {
      const key = this.#keyOf(row);
      const name = JSON.stringify(key);
      const former = this.#groups.get(name);
      this.#groups.set(name, { key, row: former ? sumOf(former.row, row) : row });
    }
  }

  /** The lines in the order in which SQLite has them. */
  inOrder(): SqlRow[] {
    return [...this.#groups.values()].toSorted((one, other) => compareKeys(one.key, other.key)).map(({ row }) => row);
  }
}

function sumOf(one: SqlRow, other: SqlRow): SqlRow {
  const sums = SUM_COLUMNS.map((column) => [column, BigInt(one[column] ?? 0) + BigInt(other[column] ?? 0)] as const);
  return { ...one, ...Object.fromEntries(sums) };
}

/** Texts by their bytes in UTF-8. */
function compareKeys(one: GroupKey, other: GroupKey): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? value;
    const order =
      typeof value === 'number' && typeof against === 'number'
        ? value - against
        : Buffer.from(String(value)).compare(Buffer.from(String(against)));
    if (order !== 0) return order;
  }
  return 0;
}
