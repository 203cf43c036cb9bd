import type { SlowestReader } from './slow-readers.ts';

/** How long clients may take, in milliseconds, and how many there may be. */
export interface NetworkLimits {
  /** To send what comes before the body: from the connection on, or from the first byte of a later request. */
  readonly headersMs: number;
  /** To send a whole request. */
  readonly requestMs: number;
  /** To begin the next request. Longer than proxies keep a connection, so that none of them uses one that is closed. */
  readonly keepAliveMs: number;
  /** To take an answer. */
  readonly answer: SlowestReader;
  /** Connections at a time, where the process may have so many files open. */
  readonly connections: number;
}

export const USUAL_LIMITS: NetworkLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  answer: { periodMs: 30_000, leastBytes: 100_000 },
  connections: 20_000,
};
