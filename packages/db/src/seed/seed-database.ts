import { eq, isNull } from '../drizzle.ts';
import { requireNoProduction } from '../connection/environment-mark.ts';
import type { IronDatabase } from '../connection/iron-database.ts';
import { apiTokens, databaseIdentity, tokenUsage, usageLimits, users } from '../schema/index.ts';
import { SEEDED_ADMINISTRATOR } from './seed-data.ts';
import { hashToken, seedRows, seedUsage } from './seed-rows.ts';
import { first, run, type Writer } from '../work/queries.ts';
import type { Work } from '../work/work.ts';

/** How many rows a run put in; all zero when everything was there. */
export interface SeedReport {
  readonly users: number;
  readonly tokens: number;
  readonly usageRecords: number;
  readonly limits: number;
}

/**
 * Puts in what is missing of the development data: 3 users, their 3 tokens and 3 limits, and 7 usage records of the
 * administrator's token. A row that is there is left as it is, also when a person has changed it; so a second run
 * changes nothing.
 *
 * @param options `now` gives the moment from which the week of usage counts back; default: the system's clock
 * @throws {ProductionRefusedError} the database is marked as one of production
 */
export async function seedDatabase(
  database: IronDatabase,
  options: { readonly now?: () => number } = {},
): Promise<SeedReport> {
  const now = (options.now ?? Date.now)();
  return await database.write(function* (tx) {
    yield* requireNoProduction(database, tx, 'seed');
    return yield* putSeedIn(tx, now);
  });
}

/** {@link seedDatabase} in a transaction that is there, of a database that is known not to be one of production. */
export function* putSeedIn(tx: Writer, now: number): Work<SeedReport> {
  const report = yield* insertMissing(tx, now);
  yield* run(tx.update(databaseIdentity).set({ seededAt: now }).where(isNull(databaseIdentity.seededAt)));
  return report;
}

function* insertMissing(tx: Writer, now: number): Work<SeedReport> {
  const rows = seedRows(now);
  const add = { users: 0, tokens: 0, limits: 0 };
  for (const { user, token, limit } of rows) {
    // DO NOTHING passes over a row that is there. Unlike INSERT OR IGNORE it hides no NOT NULL and no CHECK.
    add.users += yield* run(tx.insert(users).values(user).onConflictDoNothing());
    add.tokens += yield* run(tx.insert(apiTokens).values(token).onConflictDoNothing());
    add.limits += yield* run(tx.insert(usageLimits).values(limit).onConflictDoNothing());
  }
  return { ...add, usageRecords: yield* insertUsage(tx, now) };
}

function* insertUsage(tx: Writer, now: number): Work<number> {
  const tokenHash = hashToken(SEEDED_ADMINISTRATOR.token);
  const owner = yield* first(tx.select({ id: apiTokens.id }).from(apiTokens).where(eq(apiTokens.tokenHash, tokenHash)));
  if (!owner) return 0;
  return yield* run(tx.insert(tokenUsage).values(seedUsage(owner.id, now)).onConflictDoNothing());
}
