import { z } from 'zod';
import { type Answered, openTestApi, type TestApi } from '../../api.fixture.ts';

/** A call of a priced model, its token left out: 1 USD a million tokens in, 2 USD out. */
export const CALL = { provider: 'acme', model: 'large', inputTokens: 100, maxOutputTokens: 50 } as const;
/** What is held for it, in nano-dollars: a token is 1,000 or 2,000 of them. */
export const ESTIMATE = 200_000;
export const USED = { inputTokens: 100, outputTokens: 10 } as const;
export const COST = 120_000;

/** Somebody who makes calls, and their token. */
interface Caller {
  readonly userId: string;
  readonly token: string;
  readonly tokenId: number;
}

/** The API as a gateway uses it. */
export interface GatewayApi extends TestApi {
  /** An administrator's token for gateways alone. */
  readonly gateway: string;
  /** Somebody new, with a token in project `search`. */
  caller(about?: { readonly provider?: string }): Promise<Caller>;
  /** `POST /api/holds` by the gateway, of a {@link CALL} of the caller's. */
  hold(caller: Pick<Caller, 'token'>, about?: object, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  settle(requestId: string, used?: object): Promise<Answered>;
  release(requestId: string, body?: object): Promise<Answered>;
}

export async function openGatewayApi(): Promise<GatewayApi> {
  const api = await openTestApi();
  await api.services.prices.setPriceOverride({ provider: 'acme', model: 'large', input: '1', output: '2' });
  const { secret: as } = await api.person('gateway', 'admin', ['holds:read', 'holds:write']);
  let callers = 0;
  const end = async (requestId: string, how: 'settle' | 'release', body: object) =>
    await api.ask(`POST /api/holds/${encodeURIComponent(requestId)}/${how}`, { as, body });
  return {
    ...api,
    gateway: as,
    async caller(about = {}) {
      const userId = `caller-${++callers}`;
      const { secret, token } = await api.services.tokens.createToken({ userId, projectId: 'search', ...about });
      return { userId, token: secret, tokenId: token.id };
    },
    hold: async ({ token }, about = {}, headers = {}) =>
      await api.ask('POST /api/holds', { as, body: { ...CALL, token, ...about }, headers }),
    settle: async (requestId, used = USED) => await end(requestId, 'settle', used),
    release: async (requestId, body = {}) => await end(requestId, 'release', body),
  };
}

/** The request id that an answer names. */
export function requestIdOf({ body }: Answered): string {
  return z.looseObject({ requestId: z.string() }).parse(body).requestId;
}
