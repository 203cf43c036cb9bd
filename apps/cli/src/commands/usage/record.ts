import { z } from 'zod';
import { apiFlags, withApi } from '../../api/with-api.ts';
import { DONE } from '../../exit-code.ts';
import type { Outcome } from '../../grammar/command.ts';
import { defineCommand } from '../../grammar/define-command.ts';
import { timeAgo } from '../../grammar/time-flags.ts';
import { usd } from '../../grammar/usd-flag.ts';
import { wholeNumber } from '../../grammar/whole-number.ts';
import type { RecordedUsageDocument } from '../../json-documents.ts';
import { pairs } from '../../output/table.ts';
import { showUsd } from '../../output/units.ts';

const count = (description: string) => wholeNumber(0).optional().meta({ value: '<count>', description });

export const record = defineCommand({
  name: 'record',
  summary: 'Record what a call used',
  explanation:
    'For scripts that do not hold and settle. With --request-id a call counts once, however often it is recorded. ' +
    'Cached and cache-write tokens are parts of the input, reasoning tokens of the output.',
  arguments: {},
  flags: {
    ...apiFlags,
    tokenId: wholeNumber(1).meta({ value: '<id>', description: 'The number of the token that made the call; needed' }),
    provider: z.string().meta({ value: '<name>', description: 'The provider that answered; needed' }),
    model: z.string().meta({ value: '<name>', description: 'The model; needed' }),
    input: wholeNumber(0).meta({ value: '<count>', description: 'Input tokens; needed' }),
    output: wholeNumber(0).meta({ value: '<count>', description: 'Output tokens; needed' }),
    cachedInput: count('Of the input, read from a cache'),
    cacheWrite: count('Of the input, written to a cache'),
    reasoning: count('Of the output, reasoning'),
    audio: count('Of both, audio'),
    requests: count('How many requests it was. Default: 1'),
    requestId: z.string().optional().meta({ value: '<id>', description: 'The name of the call' }),
    costUsd: usd().optional().meta({ value: '<usd>', description: 'What it cost, where that is known better' }),
    at: timeAgo().optional().meta({ value: '<time>', description: 'When it was: a time, or 5m ago. Default: now' }),
  },
  examples: [
    'usage record --token-id 1 --provider openai --model gpt-4o --input 1200 --output 300',
    'usage record --token-id 1 --provider in-house --model large --input 10 --output 5 --cost-usd 0.002 --request-id job-7',
  ],
  run: async ({ flags: { database, server, token, at, ...words } }, context) => {
    const { input, output, cachedInput, cacheWrite, reasoning, audio, requests, costUsd, ...call } = words;
    const used = {
      ...call,
      inputTokens: input,
      outputTokens: output,
      cachedInputTokens: cachedInput,
      cacheWriteTokens: cacheWrite,
      reasoningTokens: reasoning,
      audioTokens: audio,
      requestsCount: requests,
      costNanos: costUsd,
      recordedAt: at?.(context.now()),
    };
    return recordedOutcome(
      await withApi({ database, server, token }, context, async ({ client, api }) =>
        client.call(api.recordUsage, { body: used }),
      ),
    );
  },
});

function recordedOutcome(document: RecordedUsageDocument): Outcome<RecordedUsageDocument> {
  const { usageId, requestId, costNanos, priceVersion } = document;
  return {
    document,
    text: (paint) =>
      pairs(
        [
          ['Id', usageId],
          ['Request', requestId ?? 'none'],
          ['Cost', costNanos === null ? 'unknown' : showUsd(costNanos)],
          ['Price', priceVersion ?? 'none'],
        ],
        paint,
      ),
    exitCode: DONE,
  };
}
