import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IntentLine, OutcomeLine } from './journal.ts';
import type { Operation } from './operation.ts';

/** All that was done, in the order in which it began. A last line that was cut off was not written. */
export function readJournals(folder: string): Operation[] {
  return readdirSync(folder)
    .flatMap((name) => readJournal(readFileSync(join(folder, name), 'utf8')))
    .toSorted((one, other) => one.from - other.from);
}

/** What the text of one journal says. What was begun and has no outcome may have taken place or not. */
export function readJournal(text: string): Operation[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const operations = new Map<string, object>();
  for (const line of lines.filter((candidate) => candidate !== '')) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `Journal` writes them
    const read = JSON.parse(line) as IntentLine | OutcomeLine;
    if ('kind' in read) {
      const { op, at, kind, wanted } = read;
      operations.set(op, { id: op, kind, from: at, until: Infinity, wanted, outcome: 'unknown' });
    } else {
      const { op, at, ...ended } = read;
      operations.set(op, { ...operations.get(op), until: at, ...ended });
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return [...operations.values()] as Operation[];
}
