import type { TestApi } from '../../api.fixture.ts';
import { aboutOwner, aboutThing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

const NO_CALL = '00000000-0000-7000-8000-000000000000';
const NO_TOKEN = 'nonsense';
const CALL = { provider: 'acme', model: 'large', inputTokens: 100, maxOutputTokens: 50 };

export const HOLD_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  createHold: {
    ...aboutThing(makeToken, NO_TOKEN, (token) => ({ body: { ...CALL, token } })),
    refusal: '403 admission.token_refused',
  },
  listHolds: aboutOwner((userId) => ({ query: { userId } })),
  showHold: aboutHold((requestId) => ({ params: { requestId } })),
  settleHold: aboutHold((requestId) => ({ params: { requestId }, body: { inputTokens: 100, outputTokens: 10 } })),
  releaseHold: aboutHold((requestId) => ({ params: { requestId }, body: { reason: 'given up' } })),
};

function aboutHold(say: (requestId: string) => Said): RequestMaker {
  return aboutThing(makeHold, NO_CALL, say);
}

async function makeToken({ services }: TestApi, userId: string): Promise<string> {
  return (await services.tokens.createToken({ userId })).secret;
}

async function makeHold(api: TestApi, userId: string): Promise<string> {
  const token = await makeToken(api, userId);
  return (await api.services.admissions.authorize({ ...CALL, token })).requestId;
}
