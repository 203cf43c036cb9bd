import type { TestApi } from '../../api.fixture.ts';
import { aboutOwner, aboutThing, type RequestMaker } from '../request-maker.fixture.ts';

const NONE = 999_999;
const CALL = { provider: 'openai', model: 'gpt-4o', endpoint: '/v1/chat/completions', durationMs: 250 };

export const TRACE_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  recordTrace: aboutThing(makeToken, NONE, (tokenId) => ({ body: { ...CALL, tokenId } })),
  listTraces: aboutOwner((userId) => ({ query: { userId } })),
  showTrace: aboutThing(makeTrace, NONE, (traceId) => ({ params: { traceId } })),
};

async function makeToken({ services }: TestApi, userId: string): Promise<number> {
  return (await services.tokens.createToken({ userId })).token.id;
}

async function makeTrace(api: TestApi, userId: string): Promise<number> {
  const tokenId = await makeToken(api, userId);
  return (await api.services.usage.recordTrace({ ...CALL, tokenId })).traceId;
}
