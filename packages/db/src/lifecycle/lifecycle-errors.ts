import { IronError } from '@iron/errors';

/** Wiping and seeding are not for production, whoever asks. */
export class ProductionRefusedError extends IronError {
  readonly code = 'lifecycle.production_refused';
  constructor(action: string, path: string, why: 'environment' | 'marker') {
    const reason = why === 'environment' ? 'IRON_ENV is production' : `${path} is marked as a production database`;
    super(`Iron does not ${action} in production: ${reason}.`, {
      hint:
        why === 'environment'
          ? 'Set IRON_ENV=development for a development database.'
          : 'Name another database. A production database is changed by migrations and restored from backups only.',
      details: { path, why },
    });
  }
}

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
