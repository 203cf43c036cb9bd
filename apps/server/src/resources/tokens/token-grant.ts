import { hasScope, parseScope } from '@iron/tokens';
import { GrantTooWideError, NotYoursError } from '../../access/access-errors.ts';
import type { Principal } from '../../access/principal.ts';

/** What a token is to be given, where it is said. */
export interface Grant {
  readonly scopes?: readonly string[] | undefined;
  readonly expiresAt?: number | null | undefined;
  readonly projectId?: string | null | undefined;
  readonly agentId?: number | null | undefined;
  readonly provider?: string | null | undefined;
}

/** Nobody hands out a scope that their own token lacks. @throws {GrantTooWideError} */
export function requireScopesWithin({ scopes: granted }: Principal, scopes: readonly string[] = []): void {
  const beyond = scopes.find((scope) => !granted.some((own) => includes(own, scope)));
  if (beyond !== undefined) throw new GrantTooWideError(`it has no scope ${beyond}`);
}

/**
 * Whoever is no administrator makes tokens that are bound as their own is: to its project, its agent, its provider and
 * its end. What is left out is taken over.
 *
 * @throws {NotYoursError | GrantTooWideError}
 */
export function bindLikeOwn<Wanted extends Grant>({ token }: Principal, wanted: Wanted): Wanted & Grant {
  if (!token) return wanted;
  const { projectId, agentId, provider, expiresAt } = token;
  if (wanted.projectId !== undefined && wanted.projectId !== projectId) throw new NotYoursError('projectId');
  if (agentId !== null && wanted.agentId !== undefined && wanted.agentId !== agentId)
    throw new NotYoursError('agentId');
  if (provider !== null && wanted.provider !== undefined && wanted.provider !== provider) {
    throw new GrantTooWideError('it is bound to one provider');
  }
  requireEndWithin(token, wanted.expiresAt);
  return {
    ...wanted,
    projectId,
    agentId: wanted.agentId ?? agentId,
    provider: wanted.provider ?? provider,
    expiresAt: wanted.expiresAt ?? expiresAt,
  };
}

/** @throws {GrantTooWideError} it would work for longer than the token that asks for it */
export function requireEndWithin(own: { readonly expiresAt: number | null }, wanted: number | null | undefined): void {
  if (own.expiresAt === null || wanted === undefined) return;
  if (wanted === null || wanted > own.expiresAt) throw new GrantTooWideError('it expires before that');
}

/** Whether one scope grants all that another does. */
function includes(own: string, wanted: string): boolean {
  const [outer, inner] = [parseScope(own), parseScope(wanted)];
  if (outer.action !== '*' && outer.action !== inner.action) return false;
  if (outer.resource === '*') return true;
  if (!inner.below && inner.action !== '*') return hasScope([own], wanted);
  if (!outer.below) return !inner.below && outer.resource === inner.resource;
  return inner.resource.startsWith(`${outer.resource}/`) || (inner.below && inner.resource === outer.resource);
}
