import type { TestApi } from '../../api.fixture.ts';
import { aboutOwner, aboutThing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

const NO_KEY = 999_999;
const KEY = 'sk-test-0123456789abcdefghij';

export const PROVIDER_KEY_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  addProviderKey: aboutOwner((userId) => ({ body: { provider: 'openai', key: KEY, userId } })),
  listProviderKeys: aboutOwner((userId) => ({ query: { userId } })),
  showProviderKey: aboutKey((keyId) => ({ params: { keyId } })),
  enableProviderKey: aboutKey((keyId) => ({ params: { keyId } })),
  disableProviderKey: aboutKey((keyId) => ({ params: { keyId } })),
  setProviderKeyBalance: aboutKey((keyId) => ({ params: { keyId }, body: { balanceNanos: 5 } })),
  setProviderKeyBaseUrl: aboutKey((keyId) => ({ params: { keyId }, body: { baseUrl: 'https://llm.example.org/v1' } })),
  deleteProviderKey: aboutKey((keyId) => ({ params: { keyId } })),
  assignProviderKey: aboutKey((keyId) => ({ params: { keyId, projectId: 'search' } })),
  unassignProviderKey: aboutKey((keyId) => ({ params: { keyId, projectId: 'search' } })),
};

function aboutKey(say: (keyId: number) => Said): RequestMaker {
  return aboutThing(makeKey, NO_KEY, say);
}

async function makeKey({ services }: TestApi, userId: string): Promise<number> {
  return (await services.providerKeys.addKey({ provider: 'openai', key: KEY, userId })).id;
}
