import { IronError } from '@iron/errors';

/** Another process kept the database locked for longer than a write waits. Nothing was written. */
export class DatabaseBusyError extends IronError {
  readonly code = 'database.busy';

  constructor(path: string, waitedMs: number, cause?: unknown) {
    super(`${path} was locked by another process for ${waitedMs / 1_000} seconds; nothing was written.`, {
      hint: 'Try again. If it stays so, `iron db status` says who has the database open.',
      details: { path, waitedMs },
      cause,
    });
  }
}
