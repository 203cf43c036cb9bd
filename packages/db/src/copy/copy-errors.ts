import { IronError } from '@iron/errors';
import { type FileHolder, type HolderKind, tellHolders } from '../connection/file-holders.ts';

/** The target holds something that a copy would have to change. */
export class CopyTargetError extends IronError {
  readonly code = 'copy.target_refused';
  constructor(target: string, problem: string, hint = 'Name a database with nothing in it. Nothing was changed.') {
    super(`Nothing is copied to ${target}: ${problem}.`, { hint, details: { target, problem } });
  }
}

/** The source cannot be copied. */
export class CopySourceError extends IronError {
  readonly code = 'copy.source_refused';
  constructor(source: string, problem: string, hint: string) {
    super(`${source} is not copied: ${problem}.`, { hint, details: { source, problem } });
  }
}

/** Others have the source open, and what they write next would be missing in the copy. */
export class CopySourceInUseError extends IronError {
  readonly code = 'copy.source_in_use';
  constructor(source: string, users: readonly FileHolder[], kind: HolderKind) {
    const who = tellHolders(users, kind);
    super(`${source} is in use by ${who}.`, {
      hint: 'Stop the servers and run the same command again; or copy most of it while they run, with --live.',
      details: { source, users: who },
    });
  }
}

/** Another copy to the same target is under way. */
export class CopyUnderWayError extends IronError {
  readonly code = 'copy.under_way';
  constructor(target: string) {
    super(`Another process is copying to ${target}.`, {
      hint: 'Wait until it has ended.',
      details: { target },
    });
  }
}

/** The copy is not what the source is. It stays unfinished, so no server uses it. */
export class CopyDiffersError extends IronError {
  readonly code = 'copy.differs';
  constructor(target: string, problems: readonly string[]) {
    super(`The copy in ${target} is not right: ${problems.join('; ')}.`, {
      hint: 'The source is as it was. Run the command again; if it says the same, please report it.',
      details: { target },
    });
  }
}

/** The database is being copied to, or a copy to it was broken off: it lacks rows, and is nobody's yet. */
export class CopyUnfinishedError extends IronError {
  readonly code = 'copy.unfinished';
  constructor(path: string) {
    super(`${path} is an unfinished copy of another database.`, {
      hint: 'Run the same `iron db copy` again: it goes on where it ended. Nothing was changed.',
      details: { path },
    });
  }
}
