import type Database from 'better-sqlite3';
import { and, eq, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { apiTokens, tokenUsage, usageLimits, users } from '../schema/index.ts';
import { SEEDED_ADMINISTRATOR } from './seed-data.ts';
import { hashToken, seedRows, seedUsage } from './seed-rows.ts';

/** A row of the development data that is not as it was put in. */
export interface SeedDrift {
  readonly kind: 'missing' | 'changed';
  /** The row as a person knows it: `user admin`, `token of viewer`. Never a token's value. */
  readonly row: string;
  /** A sentence. */
  readonly message: string;
}

/**
 * Compares the rows of the development data with what the seed writes. What changes in use (counters, the times of
 * use, when they were made) is not compared. Reads only.
 */
export function checkSeed(database: { readonly connection: Database.Database }): SeedDrift[] {
  const orm = drizzle({ client: database.connection });
  const drifts = seedRows(0).flatMap(({ user, token, limit }) => [
    ...compareRow(`user ${user.username}`, user, orm.select().from(users).where(eq(users.id, user.id)).get()),
    ...compareRow(
      `token of ${user.username}`,
      token,
      orm.select().from(apiTokens).where(eq(apiTokens.tokenHash, token.tokenHash)).get(),
    ),
    ...compareRow(
      `limit of ${user.username}`,
      limit,
      orm
        .select()
        .from(usageLimits)
        .where(and(eq(usageLimits.userId, limit.userId), isNull(usageLimits.projectId)))
        .get(),
    ),
  ]);
  const owner = orm
    .select()
    .from(apiTokens)
    .where(eq(apiTokens.tokenHash, hashToken(SEEDED_ADMINISTRATOR.token)))
    .get();
  const usage = seedUsage(owner?.id ?? 0, 0).flatMap((row) =>
    compareRow(
      `usage record ${row.requestId}`,
      row,
      orm
        .select()
        .from(tokenUsage)
        .where(eq(tokenUsage.requestId, row.requestId ?? ''))
        .get(),
    ),
  );
  return [...drifts, ...usage];
}

/** Set when the row is put in, or counted up in use: nobody's change. */
const NOT_OWNED = new Set(['createdAt', 'updatedAt', 'recordedAt']);

function compareRow(row: string, seeded: object, found: object | undefined): SeedDrift[] {
  if (!found) return [{ kind: 'missing', row, message: `${row} is missing` }];
  const actual = new Map<string, unknown>(Object.entries(found));
  const changed = Object.entries(seeded)
    .filter(([column, value]) => !NOT_OWNED.has(column) && JSON.stringify(actual.get(column)) !== JSON.stringify(value))
    .map(([column]) => column);
  if (changed.length === 0) return [];
  return [{ kind: 'changed', row, message: `${row} was changed: ${changed.join(', ')}` }];
}
