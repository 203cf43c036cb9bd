import { hasScope, parseScope } from '@iron/tokens';
import { GrantTooWideError, NotYoursError } from '../../access/access-errors.ts';
import type { Principal } from '../../access/principal.ts';

/** What a token is bound to. */
export interface Bounds {
  readonly projectId: string | null;
  readonly agentId: number | null;
  readonly provider: string | null;
  readonly expiresAt: number | null;
}

/** What a token is to be bound to, where it is said. */
export type WantedBounds = { readonly [Bound in keyof Bounds]?: Bounds[Bound] | undefined };

/** Nobody hands out a scope that their own token lacks. @throws {GrantTooWideError} */
export function requireScopesWithin({ scopes: granted }: Principal, scopes: readonly string[] = []): void {
  const beyond = scopes.find((scope) => !granted.some((own) => includes(own, scope)));
  if (beyond !== undefined) throw new GrantTooWideError(`it has no scope ${beyond}`);
}

/**
 * Whoever is no administrator makes tokens of the project and the agent of their own token, that are bound to its
 * provider and end no later. What is left out is taken over.
 *
 * @throws {NotYoursError | GrantTooWideError}
 */
export function bindLikeOwn<Wanted extends WantedBounds>(principal: Principal, wanted: Wanted): Wanted & WantedBounds {
  const { token: own } = principal;
  if (!own) return wanted;
  const bounds = {
    projectId: wanted.projectId === undefined ? own.projectId : wanted.projectId,
    agentId: wanted.agentId === undefined ? own.agentId : wanted.agentId,
    provider: wanted.provider === undefined ? own.provider : wanted.provider,
    expiresAt: wanted.expiresAt === undefined ? own.expiresAt : wanted.expiresAt,
  };
  if (bounds.agentId !== own.agentId) throw new NotYoursError('agentId'); // or it would tell which agents there are
  requireBoundsWithin(principal, bounds);
  return { ...wanted, ...bounds };
}

/**
 * Whoever is no administrator gets no hold of a token that reaches further than the one that was shown: one of another
 * project, or one that is free of its agent, its provider or its end.
 *
 * @throws {NotYoursError | GrantTooWideError}
 */
export function requireBoundsWithin({ token: own }: Principal, bounds: Bounds): void {
  if (!own) return;
  if (bounds.projectId !== own.projectId) throw new NotYoursError('projectId');
  if (own.agentId !== null && bounds.agentId !== own.agentId) throw new NotYoursError('agentId');
  if (own.provider !== null && bounds.provider !== own.provider) {
    throw new GrantTooWideError('it is bound to one provider');
  }
  requireEndWithin(own, bounds.expiresAt);
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
