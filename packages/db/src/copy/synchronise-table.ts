import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CopiedTable } from './copied-tables.ts';
import { CopyDiffersError } from './copy-errors.ts';
import type { CopyEnd, RangeDigest } from './copy-end.ts';
import { anyOf, boundaryOf, deletionOf, type Key, type KeyRange, pageOf, type Value } from './table-statements.ts';

/** Rows that are compared at a time. */
const RANGE_ROWS = 2_000;

/** What is known of a table after it was made equal. */
export interface SynchronisedTable {
  readonly rows: number;
  /** Of all rows; `null` where they were not compared once more. */
  readonly checksum: string | null;
  /** Rows that were written for that. */
  readonly copied: number;
}

export interface SynchroniseOptions {
  /** Whether what was written is read again and compared, and the checksum made. */
  readonly verify: boolean;
  /** Is told of rows that are equal now. */
  readonly onRows: (rows: number) => void;
}

interface DifferentRange {
  readonly range: KeyRange;
  /** What the range has to be; unknown where nobody asked. */
  readonly expected: RangeDigest | null;
}

/**
 * Makes the table of `target` equal to that of `source`, which stays as it is meanwhile. Ranges that are equal already
 * are left alone, so it goes on where it was killed. What differs is removed everywhere before anything is put in: then
 * every row that is there is one of the source's, and no new one is in the way of it.
 */
export async function synchroniseTable(
  table: CopiedTable,
  source: CopyEnd,
  target: CopyEnd,
  { verify, onRows }: SynchroniseOptions,
): Promise<SynchronisedTable> {
  const checksum = createHash('sha256');
  const different: DifferentRange[] = [];
  let rows = 0;
  let isTail = !(await hasRows(target, table, { after: null, to: null }));
  for (let after: Key | null = null; ;) {
    if (isTail && !verify) {
      different.push({ range: { after, to: null }, expected: null });
      break;
    }
    const [to = null] = await source.query(boundaryOf(table, after, RANGE_ROWS));
    const range: KeyRange = { after, to };
    const [expected, actual] = await atOnce(
      source,
      () => source.digest(table, range),
      async () => (isTail ? null : await target.digest(table, range)),
    );
    checksum.update(expected.hash);
    rows += expected.rows;
    if (actual && isEqual(expected, actual)) {
      onRows(expected.rows);
    } else if (expected.rows > 0 || !isTail) {
      different.push({ range, expected });
      if (actual && actual.rows > 0) await target.query(deletionOf(table, range));
      else isTail ||= !(await hasRows(target, table, { after, to: null }));
    }
    if (to === null) break;
    after = to;
    await nextTurn();
  }
  let copied = 0;
  for (const { range, expected } of different) {
    const written = await copyRange(table, range, source, target, onRows);
    copied += written;
    if (!expected) rows += written;
    if (!verify || !expected || isEqual(expected, await target.digest(table, range))) continue;
    throw new CopyDiffersError(target.name, [`table ${table.name} is not equal after its rows were copied`]);
  }
  return { rows, checksum: verify ? checksum.digest('hex') : null, copied };
}

async function copyRange(
  table: CopiedTable,
  range: KeyRange,
  source: CopyEnd,
  target: CopyEnd,
  onRows: (rows: number) => void,
): Promise<number> {
  let copied = 0;
  let page = await source.query(pageOf(table, range));
  while (page.length > 0) {
    const rows = page;
    [page] = await atOnce(
      source,
      () => source.query(pageOf(table, { after: keyOf(table, rows.at(-1) ?? []), to: range.to })),
      () => target.insert(table, rows),
    );
    copied += rows.length;
    onRows(rows.length);
    await nextTurn();
  }
  return copied;
}

/** SQLite answers before it returns; so a server is asked first, and works meanwhile. */
async function atOnce<S, T>(source: CopyEnd, ofSource: () => Promise<S>, ofTarget: () => Promise<T>): Promise<[S, T]> {
  if (source.engine === 'postgres') return await Promise.all([ofSource(), ofTarget()]);
  const target = ofTarget();
  return await Promise.all([ofSource(), target]);
}

async function hasRows(end: CopyEnd, table: CopiedTable, range: KeyRange): Promise<boolean> {
  return (await end.query(anyOf(table, range))).length > 0;
}

function keyOf(table: CopiedTable, row: readonly Value[]): Key {
  return table.key.map((column) => row[table.columns.indexOf(column)] ?? null);
}

function isEqual(one: RangeDigest, other: RangeDigest): boolean {
  return one.rows === other.rows && one.hash === other.hash;
}
