import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { parseInput, type ServiceContext, wait } from '@iron/db';

const sweepSchema = z.strictObject({
  /** How many entries one transaction removes, 1 to 10 000. Default: 500. */
  batchSize: z.int().min(1).max(10_000).default(500),
});

/** How to sweep. */
export type SweepBlacklistInput = z.input<typeof sweepSchema>;

const DELETE_EXPIRED = `
  DELETE FROM token_blacklist WHERE jti IN
    (SELECT jti FROM token_blacklist WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`;

/** Removes what has expired, in small transactions between which others write. */
export async function sweepBlacklist({ database, now }: ServiceContext, input: SweepBlacklistInput): Promise<number> {
  const { batchSize } = parseInput('sweep', sweepSchema, input);
  const before = now();
  let removed = 0;
  for (;;) {
    const batch = await database.write((tx) =>
      wait(tx.statement<[number, number]>(DELETE_EXPIRED).run(before, batchSize)),
    );
    removed += batch;
    if (batch < batchSize) return removed;
    await nextTurn();
  }
}
