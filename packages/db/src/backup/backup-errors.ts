import { IronError } from '@iron/errors';

/** The copy of a database could not be proven to be whole. It was removed; the database is as it was. */
export class BackupNotVerifiedError extends IronError {
  readonly code = 'backup.not_verified';
  readonly problems: readonly string[];
  /** Whether SQLite's own check complains of the copy, which is as good as the database is. */
  readonly damaged: boolean;
  constructor(path: string, problems: readonly string[], damaged: boolean) {
    super(`The backup of ${path} could not be verified: ${problems.slice(0, 5).join('; ')}.`, {
      hint: 'Nothing was changed. Look closer with `iron db verify`.',
      details: { path, problems: problems.length },
    });
    this.problems = problems;
    this.damaged = damaged;
  }
}

/** The database has no tables. */
export class NothingToBackUpError extends IronError {
  readonly code = 'backup.nothing_to_back_up';
  constructor(path: string) {
    super(`There is nothing to back up in ${path}: it has no tables.`, {
      hint: 'Fill it with `iron db migrate` or `iron db reset-seed`, or put a backup in its place with `iron db restore --last`.',
      details: { path },
    });
  }
}

/** Where the backups belong stands something that is not a folder. */
export class NoBackupFolderError extends IronError {
  readonly code = 'backup.no_folder';
  constructor(folder: string) {
    super(`${folder} is not a folder, so no backup can be made.`, {
      hint: 'Nothing was changed. Move it away, and run the command again.',
      details: { folder },
    });
  }
}

/** There is no backup to restore or to keep. */
export class NoBackupError extends IronError {
  readonly code = 'backup.none';
  constructor(path: string, folder: string) {
    super(`There is no verified backup of ${path} in ${folder}.`, {
      hint: 'List what there is with `iron db backups`, or name a file: `iron db restore <file>`.',
      details: { path, folder },
    });
  }
}

/** The file that was named cannot be restored. The database is as it was. */
export class UnusableBackupError extends IronError {
  readonly code = 'backup.unusable';
  constructor(
    file: string,
    why: string,
    hint = 'List the backups that can be restored with `iron db backups`.',
    cause?: unknown,
  ) {
    super(`${file} cannot be restored: ${why}.`, { hint, details: { file }, cause });
  }
}
