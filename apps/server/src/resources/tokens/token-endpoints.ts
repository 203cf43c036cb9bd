import { type TokenStorage, TokenNotFoundError, type Token } from '@iron/tokens';
import { RoleNotAllowedError } from '../../access/access-errors.ts';
import { requireReach, userAskedFor } from '../../access/own.ts';
import { type Call, type Endpoint, endpoint } from '../../http/endpoint.ts';
import { bindLikeOwn, requireBoundsWithin, requireEndWithin, requireScopesWithin } from './token-grant.ts';
import {
  createdTokenSchema,
  createTokenBody,
  deletedTokenSchema,
  importTokenBody,
  listTokensQuery,
  revokeTokenBody,
  rotatedTokenSchema,
  rotateTokenBody,
  tokenPage,
  tokenParams,
  tokenSchema,
  updateTokenBody,
} from './token-schemas.ts';

const READ = { scope: 'tokens:read', user: 'own', viewer: 'own' } as const;
const WRITE = { scope: 'tokens:write', user: 'own', viewer: 'none' } as const;
const ADMINISTER = { scope: 'tokens:write', user: 'none', viewer: 'none' } as const;

export const createToken = endpoint({
  id: 'createToken',
  method: 'post',
  path: '/api/tokens',
  summary: 'Make a token',
  description:
    'Nobody gives a token a scope that their own lacks. A token that is not made by an administrator belongs to whoever ' +
    'asks, and is bound to the project, agent, provider and end of the token that was shown. `token` imports one that is ' +
    'in use elsewhere, and is for administrators.',
  access: WRITE,
  body: createTokenBody,
  example: { userId: 'ada', projectId: 'search', name: 'laptop', scopes: ['usage:read'] },
  answer: {
    status: 201,
    description: 'The token. Its secret is in this answer and nowhere else',
    body: createdTokenSchema,
  },
  problems: [
    'access.not_yours',
    'access.grant_too_wide',
    'token.exists',
    'token.unfit',
    'token.expiry_in_past',
    'token.invalid_scope',
    'agent.not_found',
  ],
  creates: 'anything',
  async handle({ body, services, actor, ...asking }) {
    const { principal, reach } = asking;
    if (body.token !== undefined && reach === 'own') throw new RoleNotAllowedError(principal.role);
    requireScopesWithin(principal, body.scopes);
    const userId = userAskedFor(asking, body.userId) ?? principal.userId;
    const wanted = reach === 'own' ? bindLikeOwn(principal, body) : body;
    return await services.tokens.createToken({ ...wanted, userId, actor });
  },
});

export const importToken = endpoint({
  id: 'importToken',
  method: 'post',
  path: '/api/tokens/import',
  summary: 'Import a token of which only the SHA-256 is known',
  access: ADMINISTER,
  body: importTokenBody,
  example: { userId: 'ada', tokenHash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  answer: { status: 201, description: 'The token', body: tokenSchema },
  problems: ['access.grant_too_wide', 'token.exists', 'token.expiry_in_past', 'token.invalid_scope', 'agent.not_found'],
  creates: 'anything',
  async handle({ body, services, actor, principal }) {
    requireScopesWithin(principal, body.scopes);
    return await services.tokens.importTokenHash({ ...body, actor });
  },
});

export const listTokens = endpoint({
  id: 'listTokens',
  method: 'get',
  path: '/api/tokens',
  summary: 'Tokens, the newest first',
  access: READ,
  query: listTokensQuery,
  answer: { status: 200, description: 'A part of the list', body: tokenPage },
  async handle({ query, services, ...asking }) {
    return await services.tokens.listTokens({ ...query, userId: userAskedFor(asking, query.userId) });
  },
});

export const showToken = endpoint({
  id: 'showToken',
  method: 'get',
  path: '/api/tokens/{tokenId}',
  summary: 'One token',
  access: READ,
  params: tokenParams,
  answer: { status: 200, description: 'The token', body: tokenSchema },
  problems: ['token.not_found'],
  handle: async (call) => await findToken(call),
});

export const updateToken = endpoint({
  id: 'updateToken',
  method: 'patch',
  path: '/api/tokens/{tokenId}',
  summary: 'Change the name, the scopes or the expiry of a token',
  description:
    'What is left out stays as it is. Only an administrator makes a token work for longer, or gives scopes to one that ' +
    'is bound otherwise than the token that was shown.',
  access: WRITE,
  params: tokenParams,
  body: updateTokenBody,
  example: { name: 'nightly', scopes: ['usage:read', 'limits:read'] },
  answer: { status: 200, description: 'The token as it is now', body: tokenSchema },
  problems: [
    'access.not_yours',
    'access.grant_too_wide',
    'token.not_found',
    'token.revoked',
    'token.expiry_in_past',
    'token.invalid_scope',
  ],
  async handle(call) {
    const { body, principal, reach, services, actor } = call;
    const token = await findToken(call);
    requireScopesWithin(principal, body.scopes);
    if (reach === 'own') {
      requireEndWithin(token, body.expiresAt);
      if (body.scopes) requireBoundsWithin(principal, { ...token, expiresAt: body.expiresAt ?? token.expiresAt });
    }
    return await services.tokens.updateToken({ ...body, tokenId: token.id, actor });
  },
});

export const rotateToken = endpoint({
  id: 'rotateToken',
  method: 'post',
  path: '/api/tokens/{tokenId}/rotate',
  summary: 'Make a token that takes the place of another',
  description:
    'Both work for `overlapMs`; then the old one has expired. Nobody rotates a token with a scope that their own lacks. ' +
    'Only an administrator rotates one that is bound otherwise than the token that was shown.',
  access: WRITE,
  params: tokenParams,
  body: rotateTokenBody,
  example: { overlapMs: 3_600_000 },
  answer: { status: 201, description: 'The new token, its secret, and the old one', body: rotatedTokenSchema },
  problems: [
    'access.not_yours',
    'access.grant_too_wide',
    'token.not_found',
    'token.already_rotated',
    'token.revoked',
    'token.not_active',
    'token.expiry_in_past',
  ],
  creates: 'anything',
  async handle(call) {
    const { body, principal, reach, services, actor } = call;
    const token = await findToken(call);
    requireScopesWithin(principal, token.scopes); // or its secret would give away more than the asker has
    if (reach === 'own') {
      requireEndWithin(token, body.expiresAt);
      requireBoundsWithin(principal, { ...token, expiresAt: body.expiresAt ?? token.expiresAt });
    }
    return await services.tokens.rotateToken({ ...body, tokenId: token.id, actor });
  },
});

export const revokeToken = endpoint({
  id: 'revokeToken',
  method: 'post',
  path: '/api/tokens/{tokenId}/revoke',
  summary: 'End a token for good',
  description: 'It is kept, with the time and the reason. The next request with it is refused, on every server.',
  access: WRITE,
  params: tokenParams,
  body: revokeTokenBody,
  example: { reason: 'laptop lost' },
  answer: { status: 200, description: 'The token as it is now', body: tokenSchema },
  problems: ['token.not_found'],
  handle: async (call) =>
    await call.services.tokens.revokeToken({ ...call.body, tokenId: (await findToken(call)).id, actor: call.actor }),
});

export const deactivateToken = endpoint({
  id: 'deactivateToken',
  method: 'post',
  path: '/api/tokens/{tokenId}/deactivate',
  summary: 'Switch a token off',
  access: WRITE,
  params: tokenParams,
  answer: { status: 200, description: 'The token as it is now', body: tokenSchema },
  problems: ['token.not_found'],
  handle: async (call) => await switchToken(call, (tokens, input) => tokens.deactivateToken(input)),
});

export const activateToken = endpoint({
  id: 'activateToken',
  method: 'post',
  path: '/api/tokens/{tokenId}/activate',
  summary: 'Switch a token on again',
  access: ADMINISTER,
  params: tokenParams,
  answer: { status: 200, description: 'The token as it is now', body: tokenSchema },
  problems: ['token.not_found', 'token.revoked'],
  handle: async (call) => await switchToken(call, (tokens, input) => tokens.activateToken(input)),
});

export const deleteToken = endpoint({
  id: 'deleteToken',
  method: 'delete',
  path: '/api/tokens/{tokenId}',
  summary: 'Delete a token with its usage and its traces',
  description: 'To keep them, revoke it instead.',
  access: ADMINISTER,
  params: tokenParams,
  answer: { status: 200, description: 'What went with it', body: deletedTokenSchema },
  problems: ['token.not_found'],
  handle: async (call) => await switchToken(call, (tokens, input) => tokens.deleteToken(input)),
});

/** In the order in which paths are matched: `/api/tokens/import` is no token's id. */
export const TOKEN_ENDPOINTS: readonly Endpoint[] = [
  createToken,
  importToken,
  listTokens,
  showToken,
  updateToken,
  rotateToken,
  revokeToken,
  deactivateToken,
  activateToken,
  deleteToken,
];

type TokenCall = Pick<
  Call<{ tokenId: number }, unknown, unknown>,
  'params' | 'services' | 'principal' | 'reach' | 'actor'
>;

/** @throws {TokenNotFoundError} there is none, or it is somebody else's */
async function findToken({ params: { tokenId }, services, ...asking }: TokenCall): Promise<Token> {
  const token = await services.tokens.getToken(tokenId);
  return requireReach(asking, token, () => new TokenNotFoundError(tokenId));
}

async function switchToken<Result>(
  call: TokenCall,
  change: (tokens: TokenStorage, input: { tokenId: number; actor: TokenCall['actor'] }) => Promise<Result>,
): Promise<Result> {
  const { id } = await findToken(call);
  return await change(call.services.tokens, { tokenId: id, actor: call.actor });
}
