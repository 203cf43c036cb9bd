import type { Operation } from '../history/operation.ts';

/** Something that must never be so. */
export interface Violation {
  /** A sentence. */
  readonly says: string;
  /** What was done that speaks for another state. */
  readonly operations: readonly Operation[];
  /** What is there. */
  readonly rows: readonly unknown[];
}

/** What a database holds of everything that was done, as {@link presenceOf} says. */
export interface History {
  readonly operations: readonly Operation[];
  presence(operation: Operation): 'yes' | 'maybe' | 'no';
}
