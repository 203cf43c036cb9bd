import { IronError } from '@iron/errors';
import { type FileHolder, type HolderKind, tellHolders } from './file-holders.ts';

/** The file that was named cannot be a database file: a folder, a hard link, a name SQLite would change. */
export class UnusableDatabaseFileError extends IronError {
  readonly code = 'database.unusable_file';
}

/** There is no file at the path, and the caller did not ask for one to be made. */
export class DatabaseMissingError extends IronError {
  readonly code = 'database.missing';
  constructor(
    path: string,
    hint = 'Check the path, or make one with `iron db reset-seed` (with test data) or `iron db migrate` (empty).',
  ) {
    super(`There is no database at ${path}.`, {
      hint,
      details: { path },
    });
  }
}

/** The folder that should hold the database does not exist. */
export class FolderMissingError extends IronError {
  readonly code = 'database.folder_missing';
  constructor(folder: string) {
    super(`The folder ${folder} does not exist.`, {
      hint: 'Make the folder first, or name another.',
      details: { folder },
    });
  }
}

/** The file is not an SQLite database at all. */
export class NotSqliteError extends IronError {
  readonly code = 'database.not_sqlite';
  constructor(path: string, cause?: unknown) {
    super(`${path} is not an SQLite database.`, {
      hint: 'Iron leaves it as it is. Name another path, or move the file away if it should not be there.',
      details: { path },
      cause,
    });
  }
}

/** The file is an SQLite database of some other program. */
export class NotIronError extends IronError {
  readonly code = 'database.not_iron';
  constructor(path: string, applicationId: number) {
    super(`${path} is an SQLite database, but not one of Iron's.`, {
      hint: 'Iron leaves it as it is. Name another path, or move the file away if it should not be there.',
      details: { path, applicationId },
    });
  }
}

/** What is stored cannot be read: a file is damaged or cut short, or a server says so of what it keeps. */
export class CorruptDatabaseError extends IronError {
  readonly code = 'database.corrupt';
  constructor(
    path: string,
    problem: string,
    cause?: unknown,
    hint = 'Restore the newest verified backup with `iron db restore --last`; the damaged file is set aside, not deleted.',
  ) {
    super(`${path} is damaged: ${problem}.`, {
      hint,
      details: { path, problem },
      cause,
    });
  }
}

/** A file or its folder cannot be written. */
export class DatabaseNotWritableError extends IronError {
  readonly code = 'database.not_writable';
  constructor(
    path: string,
    cause?: unknown,
    hint = 'Check the permissions of the file and of its folder: SQLite writes its journal beside the database.',
  ) {
    super(`${path} cannot be written.`, {
      hint,
      details: { path },
      cause,
    });
  }
}

/** It was opened with `mode=ro`. */
export class DatabaseReadOnlyError extends IronError {
  readonly code = 'database.read_only';
  constructor(path: string, why = 'was opened for reading only', hint = 'Open it with `?mode=rw` to change it.') {
    super(`${path} ${why}; nothing was changed.`, {
      hint,
      details: { path },
    });
  }
}

/** The file is there, but this user may not read it. */
export class DatabaseNotReadableError extends IronError {
  readonly code = 'database.not_readable';
  constructor(path: string, cause?: unknown) {
    super(`${path} cannot be read.`, {
      hint: 'Check the permissions of the file, or run the command as the user whose file it is.',
      details: { path },
      cause,
    });
  }
}

/** What has the name of the lock file cannot be one. */
export class UnusableLockFileError extends IronError {
  readonly code = 'database.unusable_lock_file';
  constructor(lockPath: string, why: string, cause?: unknown) {
    super(`The database cannot be locked: ${lockPath} ${why}.`, {
      hint: 'Remove it; Iron makes an empty file of that name.',
      details: { path: lockPath },
      cause,
    });
  }
}

/** A process died in the middle of a write, and what it left must be rolled back before the file can be read. */
export class RecoveryNeededError extends IronError {
  readonly code = 'database.recovery_needed';
  constructor(path: string, cause?: unknown) {
    super(`${path} was left in the middle of a write by a process that died.`, {
      hint: 'SQLite puts that right, without loss of what was committed, as soon as a command may write: `iron db backup`.',
      details: { path },
      cause,
    });
  }
}

/** Looking at the file would leave something beside it that is in its owner's way. */
export class ReadLeavesLogError extends IronError {
  readonly code = 'database.read_leaves_log';
  constructor(path: string) {
    super(`${path} cannot be looked at without leaving a log beside it that its owner could not write to.`, {
      hint: 'Run the command as a user who may write to the database, or look at a copy or a backup of it.',
      details: { path },
    });
  }
}

/** The disk has no room; what was there before is as it was. */
export class DiskFullError extends IronError {
  readonly code = 'database.disk_full';
  constructor(
    path: string,
    room: { neededBytes?: number; freeBytes?: number } = {},
    cause?: unknown,
    hint = 'Nothing was left half done. Free some room, for example with `iron db prune`, and run the command again.',
  ) {
    const figures =
      room.neededBytes === undefined ? '' : ` (${room.neededBytes} bytes are needed, ${room.freeBytes} are free)`;
    super(`There is no room on the disk for ${path}${figures}.`, {
      hint,
      details: { path, ...room },
      cause,
    });
  }
}

/** The operating system failed to read or write the file. */
export class DatabaseIoError extends IronError {
  readonly code = 'database.io_failed';
  constructor(path: string, cause: Error) {
    const origin = originOf(cause);
    super(`Reading or writing ${path} failed: ${origin.message}.`, {
      hint: 'Check the disk, its free room and its limits, then run the command again.',
      details: { path, ...('code' in origin && { code: String(origin.code) }) },
      cause,
    });
  }
}

/** What SQLite or the system said first: an error that comes from another thread has been explained there already. */
function originOf(error: Error): Error {
  return error.cause instanceof Error ? originOf(error.cause) : error;
}

const STOP_THAT_PROCESS =
  'Nothing was changed. Stop that process, or wait until it is done, and run the command again.';

/** The numbers are those of processes on the server's machine. */
function hintOnConnected(holders: readonly FileHolder[]): string {
  const pid = holders.length === 1 ? holders[0]?.pid : '<number>';
  return (
    'Nothing was changed. Stop the program at that address, or wait until it is done, and run the command again. ' +
    `A connection that its program has left behind is ended in the server: SELECT pg_terminate_backend(${pid}).`
  );
}

/** Somebody else has the database open or locked. */
export class DatabaseInUseError extends IronError {
  readonly code = 'database.in_use';
  readonly holders: readonly FileHolder[];
  constructor(path: string, holders: readonly FileHolder[], cause?: unknown, kind: HolderKind = 'machine') {
    super(
      `${path} is in use by ${tellHolders(holders, kind) || 'this process itself, or by one that cannot be seen from here'}.`,
      {
        hint: kind === 'server' && holders.length > 0 ? hintOnConnected(holders) : STOP_THAT_PROCESS,
        details: { path, pids: holders.map((holder) => holder.pid).join(' ') },
        cause,
      },
    );
    this.holders = holders;
  }
}

/** SQLite did not accept a setting that Iron relies on. */
export class SettingRefusedError extends IronError {
  readonly code = 'database.setting_refused';
  constructor(setting: string, wanted: string | number, found: unknown) {
    super(`SQLite did not take ${setting} = ${wanted}; it says ${String(found)}.`, {
      hint: 'Another program may be using the database; run the command again.',
      details: { setting, wanted },
    });
  }
}

/** The number of connections is not a whole number above zero. */
export class InvalidMaxConnectionsError extends IronError {
  readonly code = 'database.invalid_max_connections';
  constructor(maxConnections: number) {
    super(`A database cannot be opened with at most ${maxConnections} connections.`, {
      hint: 'It takes one to write; each further one is a snapshot. Give a whole number from 1 on.',
      details: { maxConnections },
    });
  }
}

/** The SQLite inside the driver has a bug that loses data. */
export class SqliteTooOldError extends IronError {
  readonly code = 'database.sqlite_too_old';
  constructor(version: string, oldest: string) {
    super(`The driver holds SQLite ${version}; Iron needs ${oldest} or newer.`, {
      hint: 'Install the version of better-sqlite3 that Iron asks for.',
      details: { version, oldest },
    });
  }
}

/** Every connection that the configuration allows is taken. */
export class TooManyConnectionsError extends IronError {
  readonly code = 'database.too_many_connections';
  constructor(maxConnections: number) {
    super(`All ${maxConnections} connections to the database are in use.`, {
      hint: 'Close a snapshot that is no longer needed, or raise max_connections.',
      details: { maxConnections },
    });
  }
}

/** A database in memory is seen by one connection only. */
export class NoSnapshotInMemoryError extends IronError {
  readonly code = 'database.no_snapshot_in_memory';
  constructor() {
    super('A database in memory has one connection, so it has no snapshots.', { hint: 'Use a database file.' });
  }
}

const PRODUCTION_REFUSALS = {
  environment: {
    reason: 'IRON_ENV is production',
    hint: 'Set IRON_ENV=development for a development database.',
  },
  marker: {
    reason: '{path} is marked as a production database',
    hint: 'Name another database. A production database is changed by migrations and restored from backups only.',
  },
  'lost marker': {
    reason: '{path} has lost the row that says whether it is a production database',
    hint: 'Put its newest backup back with `iron db restore --last`; or drop its tables yourself, if nobody needs them.',
  },
} as const;

/** Wiping and seeding are not for production, whoever asks. */
export class ProductionRefusedError extends IronError {
  readonly code = 'lifecycle.production_refused';
  constructor(action: string, path: string, why: keyof typeof PRODUCTION_REFUSALS) {
    const { reason, hint } = PRODUCTION_REFUSALS[why];
    super(`Iron does not ${action} in production: ${reason.replace('{path}', () => path)}.`, {
      hint,
      details: { path, why },
    });
  }
}
