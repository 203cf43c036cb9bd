import { SUM_COLUMNS } from '../totals/roll-ups.ts';

export type SqlValue = string | number | bigint | null;
/** A line of a report as SQL gives it: its period, a column for each dimension, and the sums, which may be text. */
export type SqlRow = Readonly<Record<string, SqlValue>>;
/** The period of a line and the values of its dimensions: what orders a report. */
export type GroupKey = readonly (string | number)[];

interface Group {
  readonly key: GroupKey;
  readonly row: SqlRow;
}

/**
 * Puts together what parts of a report say of the same line, and keeps the first lines only: each part has its own first
 * ones, in order, and what is not among the first of all parts so far is not among the first of all.
 */
export class ReportGroups {
  readonly #keyOf: (row: SqlRow) => GroupKey;
  readonly #most: number;
  #groups: readonly Group[] = [];

  /** @param most how many lines are kept */
  constructor(keyOf: (row: SqlRow) => GroupKey, most: number) {
    this.#keyOf = keyOf;
    this.#most = most;
  }

  /** @param rows in the order in which the database has them */
  add(rows: readonly SqlRow[]): void {
    const more = rows.map((row) => ({ key: this.#keyOf(row), row }));
    this.#groups = merged(this.#groups, more).take(this.#most).toArray();
  }

  /** Whether parts that begin with this period add nothing to what is kept. */
  areFullBefore(period: number): boolean {
    const last = this.#groups.at(-1);
    return last !== undefined && this.#groups.length === this.#most && Number(last.key[0]) < period;
  }

  /** The lines in the order in which the database has them. */
  inOrder(): SqlRow[] {
    return this.#groups.map(({ row }) => row);
  }
}

function* merged(some: readonly Group[], more: readonly Group[]): Generator<Group, void, undefined> {
  let next = 0;
  for (const group of more) {
    let former = some[next];
    for (; former && compareKeys(former.key, group.key) < 0; former = some[next]) {
      yield former;
      next += 1;
    }
    const isSame = former !== undefined && compareKeys(former.key, group.key) === 0;
    if (isSame) next += 1;
    yield former && isSame ? { key: former.key, row: sumOf(former.row, group.row) } : group;
  }
  yield* some.slice(next);
}

function sumOf(one: SqlRow, other: SqlRow): SqlRow {
  const sums = SUM_COLUMNS.map((column) => [column, BigInt(one[column] ?? 0) + BigInt(other[column] ?? 0)] as const);
  return { ...one, ...Object.fromEntries(sums) };
}

/** Texts by their bytes in UTF-8. */
function compareKeys(one: GroupKey, other: GroupKey): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? value;
    if (value === against) continue;
    const order =
      typeof value === 'number' && typeof against === 'number'
        ? value - against
        : Buffer.from(String(value)).compare(Buffer.from(String(against)));
    if (order !== 0) return order;
  }
  return 0;
}
