import type { IronDatabase } from '@iron/db';
import { shellCommand } from '../output/shell-command.ts';
import { showCount, showTime } from '../output/units.ts';
import { type Findings, firstOf, NOTHING_FOUND } from './doctor-check.ts';

/** Whether the sums that reports read are what the calls add up to. */
export async function checkTotals(database: IronDatabase): Promise<Findings> {
  const { UsageTracker } = await import('@iron/usage');
  await using usage = await UsageTracker.open(database);
  const { drifted, drifts } = await usage.verifyTotals();
  const problems = drifts.map(
    ({ subject, start, column, kept, derived }) =>
      `${column} of ${subject} at ${showTime(start)} is ${kept}, and its calls add up to ${derived}`,
  );
  return { problems: firstOf(problems, drifted), hint: 'Make the sums anew with `iron usage rebuild`.' };
}

/** Whether every call has its price. */
export async function checkPrices(database: IronDatabase): Promise<Findings> {
  const { UsageTracker } = await import('@iron/usage');
  await using usage = await UsageTracker.open(database);
  const { items, nextCursor } = await usage.unpriced();
  const [first] = items;
  if (!first) return NOTHING_FOUND;
  const problems = items.map(
    ({ provider, model, rows }) => `${showCount(rows, 'call')} of ${provider} ${model} without a price`,
  );
  const setPrice = shellCommand(['prices', 'set', first.provider, first.model]);
  return {
    problems: [...firstOf(problems), ...(nextCursor === null ? [] : ['and more'])],
    hint: `Say what it costs with \`iron ${setPrice} --input <usd> --output <usd>\`, then \`iron usage reprice\`.`,
    verdict: 'warning',
  };
}
