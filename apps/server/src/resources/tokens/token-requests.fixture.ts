import type { TestApi } from '../../api.fixture.ts';
import { aboutOwner, aboutThing, type RequestMaker, type Said } from '../request-maker.fixture.ts';

const NO_TOKEN = 999_999;

export const TOKEN_REQUESTS: Readonly<Record<string, RequestMaker>> = {
  createToken: aboutOwner((userId) => ({ body: { userId } })),
  importToken: aboutOwner((userId) => ({ body: { userId, tokenHash: randomHash() } })),
  listTokens: aboutOwner((userId) => ({ query: { userId } })),
  showToken: aboutToken((tokenId) => ({ params: { tokenId } })),
  updateToken: aboutToken((tokenId) => ({ params: { tokenId }, body: { name: 'laptop' } })),
  rotateToken: aboutToken((tokenId) => ({ params: { tokenId } })),
  revokeToken: aboutToken((tokenId) => ({ params: { tokenId }, body: { reason: 'lost' } })),
  deactivateToken: aboutToken((tokenId) => ({ params: { tokenId } })),
  activateToken: aboutToken((tokenId) => ({ params: { tokenId } })),
  deleteToken: aboutToken((tokenId) => ({ params: { tokenId } })),
};

function aboutToken(say: (tokenId: number) => Said): RequestMaker {
  return aboutThing(makeToken, NO_TOKEN, say);
}

async function makeToken({ services }: TestApi, userId: string): Promise<number> {
  return (await services.tokens.createToken({ userId })).token.id;
}

function randomHash(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
}
