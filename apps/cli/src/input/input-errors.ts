import { IronError } from '@iron/errors';
import { UsageError } from '../usage-errors.ts';

/** Somebody has to agree, and there is nobody to ask. */
export class ConfirmationMissingError extends UsageError {
  readonly code = 'cli.confirmation_missing';
  constructor(question: string) {
    super(`There is no terminal to ask on: ${question}`, { hint: 'Add --yes to do it.' });
  }
}

/** Asked, and not agreed to. */
export class NotConfirmedError extends IronError {
  readonly code = 'cli.not_confirmed';
  constructor() {
    super('Nothing was changed.');
  }
}

/** Ctrl-C at a question. */
export class InterruptedError extends IronError {
  readonly code = 'cli.interrupted';
  constructor() {
    super('Interrupted: nothing was changed.');
  }
}
