import type { TestApi } from '../../api.fixture.ts';
import { aboutNothing, aboutOwner, aboutThing, type RequestMaker } from '../request-maker.fixture.ts';

const NO_TOKEN = 999_999;

export const USAGE_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  showTokenUsage: aboutNothing(),
  recordUsage: aboutThing(makeToken, NO_TOKEN, (tokenId) => ({
    body: { tokenId, provider: 'openai', model: 'gpt-4o', inputTokens: 10, outputTokens: 1 },
  })),
  listUsage: aboutOwner((userId) => ({ query: { userId } })),
  reportUsage: aboutOwner((userId) => ({ query: { userId, groupBy: 'user,model', interval: 'day' } })),
  exportUsage: aboutOwner((userId) => ({ query: { userId, format: 'csv' } })),
  listUnpriced: aboutNothing(),
  repriceUsage: aboutNothing(),
  verifyUsageTotals: aboutNothing(),
};

async function makeToken({ services }: TestApi, userId: string): Promise<number> {
  return (await services.tokens.createToken({ userId })).token.id;
}
