import { TOKEN_REQUESTS } from './tokens/token-requests.fixture.ts';
import type { RequestMaker } from './request-maker.fixture.ts';

/** A valid request of every operation of the API, by the operation's id. */
export const EVERY_REQUEST: Readonly<Record<string, RequestMaker>> = {
  ...TOKEN_REQUESTS,
};
