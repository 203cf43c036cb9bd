import { InvalidScopeError } from './token-errors.ts';

/**
 * The grammar of scopes:
 *
 *     scope    = "*" | resource ":" action        everything | one kind of action on a resource
 *     resource = name { "/" name } [ "/*" ]       a resource | with "/*" all that is under it, and not itself
 *     action   = name | "*"                       one action | all of them
 *     name     = a-z or 0-9, then any of a-z 0-9 . _ -
 *
 * Examples: `usage:read`, `models/openai/gpt-5:call`, `models/openai/*:call`, `limits:*`, `*`. A scope has at most 200
 * characters. A token without scopes is granted nothing that asks for one.
 */
const NAME = '[a-z0-9][a-z0-9._-]*';
const SCOPE = new RegExp(String.raw`^(?:\*|(?<resource>${NAME}(?:/${NAME})*)(?<below>/\*)?:(?<action>${NAME}|\*))$`);
const MOST_CHARACTERS = 200;

/** What a scope grants. */
export interface Scope {
  /** `models/openai`; `*`: every resource. */
  readonly resource: string;
  /** Whether it grants what is under the resource, instead of the resource itself. */
  readonly below: boolean;
  /** `call`; `*`: every action. */
  readonly action: string;
}

/**
 * Reads a scope by the grammar: `*`, or `resource:action` such as `usage:read`, `models/openai/*:call`, `limits:*`.
 *
 * @throws {InvalidScopeError} it is none; the error names it
 */
export function parseScope(scope: string): Scope {
  const parts = scope.length <= MOST_CHARACTERS ? SCOPE.exec(scope) : null;
  if (!parts) throw new InvalidScopeError(scope);
  const { resource = '*', below, action = '*' } = parts.groups ?? {};
  return { resource, below: below !== undefined, action };
}

/**
 * Whether scopes grant what is wanted.
 *
 * @param wanted one action on one resource, `models/openai/gpt-5:call`, without `*`
 * @throws {InvalidScopeError} `wanted` is no scope, or holds `*`
 */
export function hasScope(scopes: readonly string[], wanted: string): boolean {
  if (wanted.includes('*')) throw new InvalidScopeError(wanted);
  const { resource, action } = parseScope(wanted);
  return scopes.some((scope) => grants(parseScope(scope), resource, action));
}

function grants(scope: Scope, resource: string, action: string): boolean {
  if (scope.action !== '*' && scope.action !== action) return false;
  if (scope.resource === '*') return true;
  return scope.below ? resource.startsWith(`${scope.resource}/`) : resource === scope.resource;
}
