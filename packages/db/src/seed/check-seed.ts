import { and, eq, isNull } from '../drizzle.ts';
import { apiTokens, tokenUsage, usageLimits, users } from '../schema/index.ts';
import { first, type Reader } from '../work/queries.ts';
import type { Work } from '../work/work.ts';
import { SEEDED_ADMINISTRATOR } from './seed-data.ts';
import { hashToken, type SeedRows, seedRows, seedUsage } from './seed-rows.ts';

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
 * use, when they were made) is not compared. Reads only: `await database.read(checkSeed)`.
 */
export function* checkSeed(reader: Reader): Work<SeedDrift[]> {
  const drifts: SeedDrift[] = [];
  for (const rows of seedRows(0)) drifts.push(...(yield* checkUser(reader, rows)));
  return [...drifts, ...(yield* checkUsage(reader))];
}

function* checkUser(reader: Reader, { user, token, limit }: SeedRows): Work<SeedDrift[]> {
  const ofUser = and(eq(usageLimits.userId, limit.userId), isNull(usageLimits.projectId));
  const found = {
    user: yield* first(reader.select().from(users).where(eq(users.id, user.id))),
    token: yield* first(reader.select().from(apiTokens).where(eq(apiTokens.tokenHash, token.tokenHash))),
    limit: yield* first(reader.select().from(usageLimits).where(ofUser)),
  };
  return [
    ...compareRow(`user ${user.username}`, user, found.user),
    ...compareRow(`token of ${user.username}`, token, found.token),
    ...compareRow(`limit of ${user.username}`, limit, found.limit),
  ];
}

function* checkUsage(reader: Reader): Work<SeedDrift[]> {
  const tokenHash = hashToken(SEEDED_ADMINISTRATOR.token);
  const owner = yield* first(reader.select().from(apiTokens).where(eq(apiTokens.tokenHash, tokenHash)));
  const drifts: SeedDrift[] = [];
  for (const row of seedUsage(owner?.id ?? 0, 0)) {
    const ofRequest = eq(tokenUsage.requestId, row.requestId ?? '');
    const found = yield* first(reader.select().from(tokenUsage).where(ofRequest));
    drifts.push(...compareRow(`usage record ${row.requestId}`, row, found));
  }
  return drifts;
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
