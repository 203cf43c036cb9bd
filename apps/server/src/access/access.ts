import { hasScope } from '@iron/tokens';
import { RoleNotAllowedError, ScopeMissingError } from './access-errors.ts';
import type { Principal, Role } from './principal.ts';

/** How far a role reaches with an operation: to everybody's things, to its own, or not at all. */
export type Reach = 'any' | 'own' | 'none';

/** Who may do something. An administrator reaches everything. */
export interface Access {
  /** What the token has to grant; `null`: any valid token will do, because it asks about itself. */
  readonly scope: string | null;
  readonly user: Reach;
  readonly viewer: Reach;
}

/** The reach of a role, whatever scopes its token has. */
export function reachOfRole(access: Access, role: Role): Reach {
  return role === 'admin' ? 'any' : access[role];
}

/**
 * How far somebody reaches with an operation. Decided before anything is looked up, so that a refusal says nothing about
 * what there is.
 *
 * @throws {RoleNotAllowedError | ScopeMissingError}
 */
export function requireAccess(access: Access, { role, scopes }: Principal): Exclude<Reach, 'none'> {
  const reach = reachOfRole(access, role);
  if (reach === 'none') throw new RoleNotAllowedError(role);
  if (access.scope !== null && !hasScope(scopes, access.scope)) throw new ScopeMissingError(access.scope);
  return reach;
}
