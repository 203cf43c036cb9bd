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

/** A file that was named cannot be read. */
export class UnreadableFileError extends IronError {
  readonly code = 'cli.unreadable_file';
  constructor(path: string, cause: unknown) {
    const reason =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'there is none' : 'it cannot be read';
    super(`${path}: ${reason}.`, { hint: 'Check the path. The name - stands for stdin.', details: { path }, cause });
  }
}

/** What was read is not JSON in UTF-8. Nothing of it is repeated. */
export class NotJsonError extends IronError {
  readonly code = 'cli.not_json';
  constructor(source: string, cause: unknown) {
    super(`What is in ${source} is not JSON.`, { details: { source }, cause });
  }
}

/** A file cannot be written where it was wanted. */
export class UnwritableFileError extends IronError {
  readonly code = 'cli.unwritable_file';
  constructor(path: string, cause: Error) {
    const reason = 'code' in cause ? String(cause.code) : cause.message;
    super(`${path} cannot be written: ${reason}.`, {
      hint: 'Check that its folder exists, that you may write to it, and that there is room.',
      details: { path, reason },
      cause,
    });
  }
}
