import { IronError } from '@iron/errors';

/** What a caller handed over is not what the function takes. Nothing was changed. */
export class InvalidInputError extends IronError {
  readonly code = 'input.invalid';
  constructor(operation: string, problems: readonly string[]) {
    super(`${operation}: ${problems.join('; ')}.`, {
      hint: 'Correct what is named and try again; nothing was changed.',
      details: { operation },
    });
  }
}

/** A cursor that no list of this kind has given out. */
export class InvalidCursorError extends IronError {
  readonly code = 'input.invalid_cursor';
  constructor() {
    super('The cursor is not one that this list has given out.', {
      hint: 'Hand over `nextCursor` of the page before as it is, or leave it out to begin at the first page.',
    });
  }
}
