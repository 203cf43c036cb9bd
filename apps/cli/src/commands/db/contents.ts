import type { DatabaseLifecycle } from '@iron/db';
import type { Contents } from '../../json-documents.ts';
import type { Paint } from '../../output/paint.ts';
import { pairs } from '../../output/table.ts';

const WORDS = {
  tables: 'tables',
  indexes: 'indexes',
  users: 'users',
  tokens: 'API tokens',
  usageRecords: 'usage records',
  limits: 'usage limits',
} as const;

/** Counted in the database itself, not taken from what was meant to be in it. */
export async function countContents(lifecycle: DatabaseLifecycle): Promise<Contents> {
  const { tables, indexes } = await lifecycle.status();
  const { tables: all } = await lifecycle.inspect();
  const rows = new Map(all.map(({ name, rows: count }) => [name, count]));
  const count = (table: string) => rows.get(table) ?? 0;
  return {
    tables,
    indexes,
    users: count('users'),
    tokens: count('api_tokens'),
    usageRecords: count('token_usage'),
    limits: count('usage_limits'),
  };
}

export function countsText(counts: Partial<Contents>, paint: Paint): string {
  const lines = Object.entries(WORDS).flatMap(([what, words]) => {
    const count = new Map(Object.entries(counts)).get(what);
    return count === undefined ? [] : [[words, count] as const];
  });
  return pairs(lines, paint);
}
