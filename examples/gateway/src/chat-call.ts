import { z } from 'zod';

/**
 * What a client may ask for. Strict: a field that the gateway does not know could make the call cost more than is held
 * for it, as `n: 10` would, or a picture in a message.
 */
const callSchema = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.int().min(1),
  temperature: z.number().optional(),
});

export type ChatCall = z.output<typeof callSchema>;

/** @throws {SyntaxError | z.ZodError} the body is not a call */
export function parseChatCall(body: string): ChatCall {
  return callSchema.parse(JSON.parse(body));
}

/** The most that a call can use: no token is shorter than a byte, and the provider stops at `max_tokens`. */
export function mostTokensOf(call: ChatCall): { readonly inputTokens: number; readonly outputTokens: number } {
  return { inputTokens: Buffer.byteLength(JSON.stringify(call.messages)), outputTokens: call.max_tokens };
}
