import type { CopyEnd } from './copy-end.ts';
import { sql } from './unfinished-copy.ts';

/** A sum over all rows of a table, as its digits: exact, however large. */
export interface CopyTotal {
  /** `token_usage.cost_nanos` */
  readonly of: string;
  readonly sum: string;
}

/** What calls used and cost, what reports say of it, what limits count, and what calls under way hold. */
const SUMMED: Readonly<Record<string, readonly string[]>> = {
  token_usage: ['requests_count', 'input_tokens', 'output_tokens', 'total_tokens', 'cost_nanos'],
  _usage_by_token: ['requests', 'total_tokens', 'cost_nanos', 'unpriced_requests'],
  _usage_by_model: ['requests', 'total_tokens', 'cost_nanos', 'unpriced_requests'],
  _usage_by_model_quarter: ['requests', 'total_tokens', 'cost_nanos', 'unpriced_requests'],
  usage_limits: [
    'tokens_settled',
    'tokens_held',
    'requests_settled',
    'requests_held',
    'cost_settled_nanos',
    'cost_held_nanos',
  ],
  _holds: ['tokens', 'requests', 'cost_nanos'],
};

/** Adds up by the database itself, so that the totals say something that the checksums do not. */
export async function readTotals(end: CopyEnd): Promise<CopyTotal[]> {
  const totals: CopyTotal[] = [];
  for (const [table, columns] of Object.entries(SUMMED)) {
    const sums = columns.flatMap((column) => [sumOf(`${column} / ${BILLION}`), sumOf(`${column} % ${BILLION}`)]);
    const [row = []] = await end.query(sql(`SELECT ${sums.join(', ')} FROM ${table}`));
    const part = (place: number) => BigInt(String(row[place]));
    totals.push(
      ...columns.map((column, place) => ({
        of: `${table}.${column}`,
        sum: String(part(2 * place) * BigInt(BILLION) + part(2 * place + 1)),
      })),
    );
  }
  return totals;
}

/** What numbers are cut by, because a sum of SQLite's fails beyond 64 bits. */
const BILLION = 1_000_000_000;

function sumOf(part: string): string {
  return `CAST(coalesce(sum(${part}), 0) AS text)`;
}

/** Sentences on the totals that are not the same. */
export function compareTotals(expected: readonly CopyTotal[], actual: readonly CopyTotal[]): string[] {
  return expected
    .filter(({ sum }, place) => actual[place]?.sum !== sum)
    .map(({ of, sum }) => `${of} adds up to something else than the ${sum} of the source`);
}
