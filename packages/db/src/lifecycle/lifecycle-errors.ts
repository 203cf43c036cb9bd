import { IronError } from '@iron/errors';

/** The newly built database did not pass its own check. The one that was there is as it was. */
export class BuildFailedError extends IronError {
  readonly code = 'lifecycle.build_failed';
  constructor(path: string, problems: readonly string[]) {
    super(`The new database for ${path} is not right: ${problems.join('; ')}.`, {
      hint: 'Nothing was changed. This is a fault of the disk or of Iron; please report it.',
      details: { path },
    });
  }
}

/** Another file was put in the place of the database, by a program that takes no lock, while it was backed up. */
export class ChangedMeanwhileError extends IronError {
  readonly code = 'lifecycle.changed_meanwhile';
  constructor(path: string) {
    super(`${path} was moved, replaced or overwritten by another program while it was backed up.`, {
      hint: 'It was left as it is now. See what has become of it with `iron db status`, then run the command again.',
      details: { path },
    });
  }
}
