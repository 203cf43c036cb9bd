import { IronError } from '@iron/errors';

/**
 * The token is unknown, mistyped, revoked, expired or switched off, or its owner may not act. Which of these it is, is
 * not said: a guesser learns nothing.
 */
export class InvalidTokenError extends IronError {
  readonly code = 'token.invalid';
  constructor() {
    super('The token is not valid.', { hint: 'Use a token that is valid, or ask whoever issued it for a new one.' });
  }
}

/** There is no token of this id. */
export class TokenNotFoundError extends IronError {
  readonly code = 'token.not_found';
  constructor(tokenId: number) {
    super(`There is no token ${tokenId}.`, { hint: 'List the tokens to see their ids.', details: { tokenId } });
  }
}

/** The token that is to be imported is there already. */
export class TokenExistsError extends IronError {
  readonly code = 'token.exists';
  constructor(tokenId: number) {
    super(`This token is there already: it is token ${tokenId}.`, {
      hint: 'Change that token, or delete it before importing it again.',
      details: { tokenId },
    });
  }
}

const UNFIT_TOKENS = {
  malformed: 'it must have 8 to 512 visible ASCII characters',
  mistyped: 'it begins as a token of Iron does, but its checksum does not fit',
  other_environment: 'it was made for another environment than this one',
  well_known: 'it is a development token, which everybody knows, and this is production',
} as const;

/** A token that is to be imported could never be used here. */
export class UnfitTokenError extends IronError {
  readonly code = 'token.unfit';
  constructor(reason: keyof typeof UNFIT_TOKENS) {
    super(`This token cannot be imported: ${UNFIT_TOKENS[reason]}.`, {
      hint: 'Check that all of it was copied, or leave `token` out to have a new one made.',
      details: { reason },
    });
  }
}

/** A token was to expire before it begins. */
export class ExpiryInPastError extends IronError {
  readonly code = 'token.expiry_in_past';
  constructor(expiresAt: number, now: number) {
    super(`expiresAt is ${describeTime(expiresAt)}, which is not after now, ${describeTime(now)}.`, {
      hint: 'Give a time in the future, in milliseconds since the epoch.',
      details: { expiresAt, now },
    });
  }
}

/** A revoked token is so for good. */
export class TokenRevokedError extends IronError {
  readonly code = 'token.revoked';
  constructor(tokenId: number, revokedAt: number) {
    super(`Token ${tokenId} was revoked at ${describeTime(revokedAt)}; that cannot be undone.`, {
      hint: 'Create a new token.',
      details: { tokenId, revokedAt },
    });
  }
}

/** Only a token that works can be rotated. */
export class TokenNotActiveError extends IronError {
  readonly code = 'token.not_active';
  constructor(tokenId: number, state: string) {
    super(`Token ${tokenId} is ${state}; only an active token can be rotated.`, {
      hint: 'Activate it first, or create a new token.',
      details: { tokenId, state },
    });
  }
}

/** Somebody else rotated the token first. */
export class TokenAlreadyRotatedError extends IronError {
  readonly code = 'token.already_rotated';
  constructor(tokenId: number, replacedById: number) {
    super(`Token ${tokenId} was rotated already: token ${replacedById} replaces it.`, {
      hint: `Use token ${replacedById}, or rotate that one.`,
      details: { tokenId, replacedById },
    });
  }
}

/** A scope that is not of the grammar, or has `*` where one thing must be named. */
export class InvalidScopeError extends IronError {
  readonly code = 'token.invalid_scope';
  constructor(scope: string) {
    super(`${JSON.stringify(scope.slice(0, 200))} is not a scope that can be used here.`, {
      hint: 'A scope is `resource:action`, such as `usage:read` or `models/openai/*:call`, or `*` for everything.',
    });
  }
}

function describeTime(time: number): string {
  return Number.isFinite(new Date(time).valueOf()) ? new Date(time).toISOString() : String(time);
}
