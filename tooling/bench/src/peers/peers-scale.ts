import type { Synchronous } from '../admission-rounds.ts';

/** How much is measured beside peers. A first round on top warms up. */
export interface PeersScale {
  /** Tokens of Iron, and keys of better-auth of each kind. */
  readonly keys: number;
  readonly rounds: number;
  /** How often each has a turn in a round of calls or of migrations. */
  readonly turns: number;
  /** How calls are made over files. */
  readonly courses: readonly { readonly synchronous: Synchronous; readonly inFlight: number }[];
  /** Of whatever waits for a disk; in memory it is fifty times as many. */
  readonly callsATurn: number;
  /** How many databases are made in a round of those ways that are quick. */
  readonly testDatabases: number;
}

/** How much is asked of a limit at once. */
export interface DifferentialScale {
  readonly rounds: number;
  /** Made at the same time; a whole number for each of the processes. */
  readonly calls: number;
  /** How many of them there is room for. */
  readonly limit: number;
  /** How many make a part of the calls each, beside one that makes all of them. */
  readonly processes: number;
}
