import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { parseChatCall } from './chat-call.ts';
import { listen } from './listen.ts';
import { CALL } from './open-gateway.fixture.ts';
import { openAiUpstream, UpstreamError } from './upstream.ts';

const call = parseChatCall(JSON.stringify(CALL));

/** Asks a provider that answers everything in one way. */
async function ask(status: number, answer: string) {
  const received: (string | undefined)[] = [];
  await using provider = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.writeHead(status).end(answer);
  });
  const answered = await openAiUpstream({ url: await listen(provider), key: 'secret' })(call);
  return { ...answered, received };
}

test('the provider is asked with its own key, and says what it used, its parts too', async () => {
  const usage = {
    prompt_tokens: 80,
    completion_tokens: 50,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 40 },
  };
  expect(await ask(200, JSON.stringify({ id: '1', usage }))).toEqual({
    body: { id: '1', usage },
    usage: { inputTokens: 80, outputTokens: 50, cachedInputTokens: 64, reasoningTokens: 40 },
    received: ['Bearer secret'],
  });
});

test('an answer that does not say what it used is one all the same', async () => {
  expect(await ask(200, '{"choices":[]}')).toMatchObject({ body: { choices: [] }, usage: null });
});

test.each([
  ['an error', 500, '{"usage":{"prompt_tokens":1,"completion_tokens":1}}'],
  ['no JSON', 200, 'Bad gateway'],
])('%s is no answer', async (_, status, answer) => {
  await expect(ask(status, answer)).rejects.toThrow(UpstreamError);
});

test('nobody there is no answer', async () => {
  await expect(openAiUpstream({ url: 'http://127.0.0.1:1', key: '' })(call)).rejects.toThrow(UpstreamError);
});
