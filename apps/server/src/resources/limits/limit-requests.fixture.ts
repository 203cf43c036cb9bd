import type { TestApi } from '../../api.fixture.ts';
import { aboutNothing, aboutOwner, aboutThing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

const NO_LIMIT = 999_999;

export const LIMIT_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  createLimit: aboutOwner((userId) => ({ body: aLimit(userId) })),
  listLimits: aboutOwner((userId) => ({ query: { userId } })),
  showLimitStates: aboutOwner((userId) => ({ query: { userId } })),
  verifyHeld: aboutNothing(),
  showLimit: aboutLimit((limitId) => ({ params: { limitId } })),
  updateLimit: aboutLimit((limitId) => ({ params: { limitId }, body: { maxTokensPerDay: 5 } })),
  deleteLimit: aboutLimit((limitId) => ({ params: { limitId } })),
};

function aLimit(userId: string) {
  return { userId, projectId: crypto.randomUUID(), maxRequestsPerMinute: 5 };
}

function aboutLimit(say: (limitId: number) => Said): RequestMaker {
  return aboutThing(
    async ({ services }: TestApi, userId) => (await services.limits.createLimit(aLimit(userId))).id,
    NO_LIMIT,
    say,
  );
}
