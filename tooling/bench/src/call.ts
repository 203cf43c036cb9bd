/** The call that is made over and over: what it asks for, what it uses, and what that costs in nano-dollars. */
export const CALL = {
  asked: { provider: 'openai', model: 'gpt-4o', inputTokens: 1_500, maxOutputTokens: 1_000 },
  used: { inputTokens: 1_500, outputTokens: 600 },
  held: { tokens: 2_500, requests: 1, costNanos: 13_750_000 },
  billed: { tokens: 2_100, requests: 1, costNanos: 9_750_000 },
  ttlMs: 900_000,
} as const;
