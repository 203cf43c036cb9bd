/**
 * The most that one call, or one record of many, may say: of tokens or requests, and of nano-dollars (100,000 USD). Far
 * above any real one, and so little that a day's sums, of 64 bits, hold 90,000 of the largest; one more is refused.
 */
export const LARGEST_CALL = { count: 1_000_000_000_000, costNanos: 100_000_000_000_000 } as const;
