import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { rangeFlags, rangeOf } from '../../grammar/time-flags.ts';
import type { TokenUsageDocument } from '../../json-documents.ts';
import { type Cell, pairs, table } from '../../output/table.ts';
import { showTime, showUsd } from '../../output/units.ts';

export const usage = defineCommand({
  name: 'usage',
  summary: 'What your own token has used, and how full its limits are',
  explanation:
    'It is for whoever has a token and asks a server with it. What other tokens have used, and on a database any token, ' +
    'is in `usage report --by token`.',
  arguments: {},
  flags: { ...apiFlags, ...rangeFlags },
  examples: ['tokens usage --server http://127.0.0.1:3000', 'tokens usage --since 7d'],
  run: async ({ flags: { since, until, ...where } }, context) =>
    usageOutcome(
      await withApi(where, context, async ({ client, api }) =>
        client.call(api.showTokenUsage, { query: rangeOf({ since, until }, context.now()) }),
      ),
    ),
});

function usageOutcome(document: TokenUsageDocument): Outcome<TokenUsageDocument> {
  return {
    document,
    text: (paint) =>
      document.limits.length === 0
        ? pairs(usageLines(document), paint)
        : `${pairs(usageLines(document), paint)}\n\n${table(LIMIT_HEADING, document.limits.map(limitRow), paint)}`,
    exitCode: DONE,
  };
}

function usageLines({ tokenId, userId, projectId, name, from, to, usage: used }: TokenUsageDocument): [string, Cell][] {
  const isPriced = used.unpricedRequests === '0';
  return [
    ['Token', tokenId],
    ['User', userId],
    ['Project', projectId ?? 'none'],
    ['Name', name ?? 'none'],
    ['Since', from === 0 ? 'the beginning' : showTime(from)],
    ['Until', to === null ? 'now' : showTime(to)],
    ['Requests', used.requests],
    ['Input tokens', used.inputTokens],
    ['Output tokens', used.outputTokens],
    ['Cost', `${showUsd(used.costNanos)}${isPriced ? '' : `, and ${used.unpricedRequests} requests without a price`}`],
  ];
}

const LIMIT_HEADING = ['limit', 'project', 'used', 'held', 'of', 'left', 'resets'];

function limitRow(state: TokenUsageDocument['limits'][number]): Cell[] {
  const { dimension, projectId, settled, held, max, left, resetsAt } = state;
  const show = (amount: number): Cell => (dimension === 'cost' ? showUsd(amount) : amount);
  return [dimension, projectId ?? 'all', show(settled), show(held), show(max), show(left), showTime(resetsAt)];
}
