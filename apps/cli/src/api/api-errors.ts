import type { Problem } from '@iron/server';
import { IronError } from '@iron/errors';

/** The API refused; the error is the one that it gave. */
export class ApiProblemError extends IronError {
  readonly code: string;
  constructor({ code, detail, hint, details, errors }: Problem) {
    super(errors === undefined ? detail : wordsThatDoNotFit(errors), {
      details,
      ...(hint !== null && { hint: errors === undefined ? hint : 'Nothing was changed.' }),
    });
    this.code = code;
  }
}

/** Which of them and why, for a person who typed words, and not a body or a query. */
function wordsThatDoNotFit(errors: NonNullable<Problem['errors']>): string {
  return `${errors.map(({ where, message }) => `${where.replace('/', '')}: ${message}`).join('; ')}.`;
}

/** Nothing answers at that address. */
export class ServerUnreachableError extends IronError {
  readonly code = 'cli.server_unreachable';
  constructor(server: string, cause: unknown) {
    super(`No server answers at ${server}.`, {
      hint: 'Start one with `iron serve`, or leave --server and IRON_SERVER out to use the database itself.',
      details: { server },
      cause,
    });
  }
}

/** Something answers, but not as Iron does. */
export class UnexpectedAnswerError extends IronError {
  readonly code = 'cli.unexpected_answer';
  constructor(status: number) {
    super(`The server answered with status ${status} and nothing that Iron would say.`, {
      hint: 'Check the address: is it that of `iron serve`?',
      details: { status },
    });
  }
}

/** A server was named, and no token for it. */
export class ServerTokenMissingError extends IronError {
  readonly code = 'cli.server_token_missing';
  constructor() {
    super('A server needs a token.', { hint: 'Set IRON_TOKEN, or add --token <token>.' });
  }
}

/** The answer began, and its end did not come. */
export class AnswerBrokenOffError extends IronError {
  readonly code = 'cli.answer_broken_off';
  constructor(cause: unknown) {
    super('The answer of the server broke off: what came is not all.', {
      hint: 'Ask again. The log of the server says what happened, if it was the server.',
      cause,
    });
  }
}
