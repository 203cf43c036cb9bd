import { IronError } from '@iron/errors';

/** An argument is missing, unknown, of a wrong type or out of bounds. The message names it, never its value. */
export class InvalidInputError extends IronError {
  readonly code = 'input.invalid';

  constructor(method: string, problems: readonly string[]) {
    super(`${method}: ${problems.join('; ')}.`, {
      hint: 'Nothing was changed. Unknown fields are refused, not ignored.',
      details: { method },
    });
  }
}

/** The cursor is not one that this list gave. */
export class InvalidCursorError extends IronError {
  readonly code = 'input.invalid_cursor';

  constructor() {
    super('The cursor is not one that this list gave.', {
      hint: 'Hand over `nextCursor` of the page before as it is, or no cursor for the first page.',
    });
  }
}
