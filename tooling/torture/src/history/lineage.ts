import type { Operation } from './operation.ts';

/**
 * A time whose operations a database holds. What was done by `certainUntil` is in it; what began before `possibleUntil`
 * may be. A backup holds what there was at one moment, of which only the bounds are known.
 */
interface Span {
  readonly from: number;
  readonly certainUntil: number;
  readonly possibleUntil: number;
}

/** Which times' operations a database holds: a restored one holds those up to its backup, and those since. */
export type Lineage = readonly Span[];

/** Whether what an operation did is in a database. */
export type Presence = 'yes' | 'maybe' | 'no';

/** Of a database that begins empty at that time. */
export function lineageFrom(from: number): Lineage {
  return [{ from, certainUntil: Infinity, possibleUntil: Infinity }];
}

/** Of a backup that was begun and finished at those times. */
export function lineageAt(lineage: Lineage, begun: number, finished: number): Lineage {
  return lineage
    .map((span) => ({
      ...span,
      certainUntil: Math.min(span.certainUntil, begun),
      possibleUntil: Math.min(span.possibleUntil, finished),
    }))
    .filter(({ from, possibleUntil }) => from < possibleUntil);
}

/** Of a database that was restored from such a backup, and is used from that time on. */
export function lineageRestored(backup: Lineage, from: number): Lineage {
  return [...backup, ...lineageFrom(from)];
}

/** What a database of that lineage holds of an operation. */
export function presenceOf({ from, until, outcome }: Operation, lineage: Lineage): Presence {
  if (outcome === 'refused') return 'no';
  const span = lineage.find((candidate) => candidate.from <= from && from < candidate.possibleUntil);
  if (!span) return 'no';
  return outcome === 'done' && until <= span.certainUntil ? 'yes' : 'maybe';
}
