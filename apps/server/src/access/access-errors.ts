import { IronError } from '@iron/errors';
import type { Role } from './principal.ts';

/** No token was shown, or not as `Authorization: Bearer …`. */
export class TokenMissingError extends IronError {
  readonly code = 'access.token_missing';
  constructor() {
    super('This needs a token.', { hint: 'Send the header `Authorization: Bearer <token>`.' });
  }
}

/** It is about the token that was shown, and there is none: whoever has the database itself shows none. */
export class NoOwnTokenError extends IronError {
  readonly code = 'access.no_own_token';
  constructor() {
    super('This is about the token that asks, and nobody has shown one.', {
      hint: '`iron usage report --by token` shows what every token used.',
    });
  }
}

/** The role of the token's owner does not do this. */
export class RoleNotAllowedError extends IronError {
  readonly code = 'access.role_not_allowed';
  constructor(role: Role) {
    super(`The role ${role} may not do this.`, {
      hint: 'An administrator can, or can change the role of an account.',
      details: { role },
    });
  }
}

/** The token does not grant this, whatever its owner may do. */
export class ScopeMissingError extends IronError {
  readonly code = 'access.scope_missing';
  constructor(scope: string) {
    super(`The token does not have the scope ${scope}.`, {
      hint: `Use a token that has it: \`iron tokens create --scopes ${scope}\` makes one.`,
      details: { scope },
    });
  }
}

/** It was asked for what is somebody else's by name. Says nothing about whether there is such a thing. */
export class NotYoursError extends IronError {
  readonly code = 'access.not_yours';
  constructor(what: string) {
    super(`${what} may only be your own.`, { hint: 'Leave it out, or ask an administrator.', details: { what } });
  }
}

/** A token may not hand out more than it has itself. */
export class GrantTooWideError extends IronError {
  readonly code = 'access.grant_too_wide';
  constructor(problem: string) {
    super(`The token would reach further than the one that asks for it: ${problem}.`, {
      hint: 'Ask for what your own token has, or less.',
    });
  }
}
