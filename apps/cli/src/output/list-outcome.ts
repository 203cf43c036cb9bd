import type { ListPart } from '../api/pages.ts';
import { DONE } from '../exit-code.ts';
import type { Outcome } from '../grammar/command.ts';
import { type Cell, table } from './table.ts';

/** How a list is shown to people. */
interface ListText<Item> {
  readonly heading: readonly string[];
  readonly row: (item: Item) => readonly Cell[];
  /** What is said when there is nothing: `There is no token.` */
  readonly none: string;
}

/** A part of a list as a table, and on stderr how to get the rest. */
export function listOutcome<Item>(
  part: ListPart<Item>,
  { heading, row, none }: ListText<Item>,
): Outcome<ListPart<Item>> {
  const { items, nextCursor } = part;
  return {
    document: part,
    text: (paint) => (items.length === 0 ? none : table(heading, items.map(row), paint)),
    ...(nextCursor !== null && { note: `There are more: add --all, or --cursor ${nextCursor}` }),
    exitCode: DONE,
  };
}
