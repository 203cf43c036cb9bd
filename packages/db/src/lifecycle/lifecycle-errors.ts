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
