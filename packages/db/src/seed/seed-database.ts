import { eq, isNull } from 'drizzle-orm';
import { isProductionDatabase } from '../connection/identity.ts';
import type { IronDatabase, Writer } from '../connection/iron-database.ts';
import { ProductionRefusedError } from '../connection/connection-errors.ts';
import { apiTokens, databaseIdentity, tokenUsage, usageLimits, users } from '../schema/index.ts';
import { SEEDED_ADMINISTRATOR } from './seed-data.ts';
import { hashToken, seedRows, seedUsage } from './seed-rows.ts';

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
export function seedDatabase(
  database: Pick<IronDatabase, 'connection' | 'path' | 'transact'>,
  options: { readonly now?: () => number } = {},
): SeedReport {
  const now = (options.now ?? Date.now)();
  return database.transact((tx) => {
    if (isProductionDatabase(database.connection)) {
      throw new ProductionRefusedError('seed', database.path, 'marker');
    }
    const report = insertMissing(tx, now);
    tx.update(databaseIdentity).set({ seededAt: now }).where(isNull(databaseIdentity.seededAt)).run();
    return report;
  });
}

function insertMissing(tx: Writer, now: number): SeedReport {
  const rows = seedRows(now);
  const add = { users: 0, tokens: 0, limits: 0 };
  for (const { user, token, limit } of rows) {
    // DO NOTHING passes over a row that is there. Unlike INSERT OR IGNORE it hides no NOT NULL and no CHECK.
    add.users += tx.insert(users).values(user).onConflictDoNothing().run().changes;
    add.tokens += tx.insert(apiTokens).values(token).onConflictDoNothing().run().changes;
    add.limits += tx.insert(usageLimits).values(limit).onConflictDoNothing().run().changes;
  }
  return { ...add, usageRecords: insertUsage(tx, now) };
}

function insertUsage(tx: Writer, now: number): number {
  const tokenHash = hashToken(SEEDED_ADMINISTRATOR.token);
  const owner = tx.select({ id: apiTokens.id }).from(apiTokens).where(eq(apiTokens.tokenHash, tokenHash)).get();
  if (!owner) return 0;
  return tx.insert(tokenUsage).values(seedUsage(owner.id, now)).onConflictDoNothing().run().changes;
}
