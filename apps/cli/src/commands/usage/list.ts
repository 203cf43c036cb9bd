import { pageFlags, readPages } from '../../api/pages.ts';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import type { UsageDocument } from '../../json-documents.ts';
import { listOutcome } from '../../output/list-outcome.ts';
import { showTime, showUsd } from '../../output/units.ts';
import { filterFlags, filterOf } from './usage-flags.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'Recorded calls in the order of time, the first ones first',
  arguments: {},
  flags: { ...apiFlags, ...filterFlags, ...pageFlags },
  examples: ['usage list --since 1d', 'usage list --user ada --model gpt-4o --all --json'],
  run: async ({ flags }, context) => {
    const { filter, rest } = filterOf(flags, context.now());
    const { limit, cursor, all, ...where } = rest;
    const part: UsageDocument = await withApi(where, context, async ({ client, api }) =>
      readPages({ limit, cursor, all }, async (page) => client.call(api.listUsage, { query: { ...filter, ...page } })),
    );
    return listOutcome(part, {
      heading: ['id', 'time', 'token', 'user', 'project', 'provider', 'model', 'input', 'output', 'cost', 'request'],
      row: (line) => [
        line.id,
        showTime(line.recordedAt),
        line.tokenId,
        line.userId,
        line.projectId,
        line.provider,
        line.model,
        line.inputTokens,
        line.outputTokens,
        line.costNanos === null ? 'unknown' : showUsd(line.costNanos),
        line.requestId,
      ],
      none: 'Nothing was used.',
    });
  },
});
