import type { ActualUsage } from '@iron/admission';
import { z } from 'zod';
import type { ChatCall } from './chat-call.ts';

/** What the provider answered, and what it says that the call used; `null` if it does not say. */
interface UpstreamAnswer {
  readonly body: unknown;
  readonly usage: ActualUsage | null;
}

/** The provider behind the gateway. */
export type Upstream = (call: ChatCall) => Promise<UpstreamAnswer>;

/** The provider did not answer the call. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

/** Shorter than a hold lasts: no call goes on after its room was given away. */
const TIMEOUT_MS = 600_000;

/** A provider that speaks OpenAI's protocol. */
export function openAiUpstream({ url, key }: { readonly url: string; readonly key: string }): Upstream {
  return async (call) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(call),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`It answered with ${response.status}.`);
      const body: unknown = await response.json();
      return { body, usage: readUsage(body) };
    } catch (cause) {
      throw new UpstreamError('The provider did not answer the call.', { cause });
    }
  };
}

const answerSchema = z.object({
  usage: z.object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int().optional() }).optional(),
    completion_tokens_details: z.object({ reasoning_tokens: z.int().optional() }).optional(),
  }),
});

/** The cached and the reasoning tokens are part of the others, as they are for Iron. */
function readUsage(body: unknown): ActualUsage | null {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) return null;
  const { usage } = answer.data;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
