import { and, count, desc, eq, sql } from '@iron/db/drizzle';
import { z } from 'zod';
import { makePage, type Page, parseInput, readCursor, schema, type ServiceContext } from '@iron/db';
import { contains } from '../caseless.ts';
import { idSchema, timeSchema } from '../fields.ts';
import { type ListTokensInput, listTokensSchema, userTokensSchema } from './token-input.ts';
import { tokenStateSql, type TokenState } from './token-state.ts';
import { type Token, toToken } from './token.ts';

/** How many tokens a user has: in all, and of each state. */
export type CountedTokens = Readonly<Record<TokenState | 'total', number>>;

const { apiTokens } = schema;

const cursorKey = z.tuple([timeSchema, idSchema]);

/** Newest first. */
export async function listTokens({ database, now }: ServiceContext, input: ListTokensInput): Promise<Page<Token>> {
  const { limit, cursor, text, state, ...owners } = parseInput('listTokens', listTokensSchema, input);
  const at = now();
  const rows = await database.reader
    .select()
    .from(apiTokens)
    .where(
      and(
        ...matchOwners(owners),
        state && eq(tokenStateSql(at), state),
        text === undefined ? undefined : contains(apiTokens.name, text),
        after(readCursor(cursorKey, cursor)),
      ),
    )
    .orderBy(desc(apiTokens.createdAt), desc(apiTokens.id))
    .limit(limit + 1);
  return makePage(rows, limit, { keyOf: (row) => [row.createdAt, row.id], itemOf: (row) => toToken(row, at) });
}

interface Owners {
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly agentId?: number | undefined;
  readonly provider?: string | undefined;
}

function matchOwners({ userId, projectId, agentId, provider }: Owners) {
  return [
    userId === undefined ? undefined : eq(apiTokens.userId, userId),
    projectId === undefined ? undefined : eq(apiTokens.projectId, projectId),
    agentId === undefined ? undefined : eq(apiTokens.agentId, agentId),
    provider === undefined ? undefined : eq(apiTokens.provider, provider),
  ];
}

function after(key: readonly [createdAt: number, id: number] | undefined) {
  if (!key) return undefined;
  const [createdAt, tokenId] = key;
  return sql`(${apiTokens.createdAt}, ${apiTokens.id}) < (${createdAt}, ${tokenId})`;
}

export async function countTokens({ database, now }: ServiceContext, userId: string): Promise<CountedTokens> {
  const owner = parseInput('countTokens', userTokensSchema, userId);
  const state = tokenStateSql(now());
  const rows = await database.reader
    .select({ state, tokens: count() })
    .from(apiTokens)
    .where(eq(apiTokens.userId, owner))
    .groupBy(sql`1`);
  const counts = { total: 0, active: 0, inactive: 0, expired: 0, revoked: 0 };
  for (const row of rows) {
    counts[row.state] = row.tokens;
    counts.total += row.tokens;
  }
  return counts;
}
