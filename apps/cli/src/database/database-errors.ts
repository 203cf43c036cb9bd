import { IronError } from '@iron/errors';
import { UsageError } from '../usage-errors.ts';

/** The command works on a database that others find, too; one in memory is gone with the process that made it. */
export class MemoryDatabaseError extends UsageError {
  readonly code = 'cli.memory_database';
  constructor(source: string) {
    super(`${source} names a database in memory, which no command finds again.`, {
      hint: 'Name a file or a URL with `--database <path>`.',
      details: { source },
    });
  }
}

/** The URL says `mode=ro`, and the command writes. */
export class ReadOnlyDatabaseError extends IronError {
  readonly code = 'cli.read_only_database';
  constructor(path: string) {
    super(`${path} is named with mode=ro, and this command writes.`, {
      hint: 'Name it with mode=rw or mode=rwc if it is to be changed.',
      details: { path },
    });
  }
}
