import { IronError } from '@iron/errors';

/** The server does not answer, or ended the connection. What was under way is not committed, unless the error says so. */
export class DatabaseUnreachableError extends IronError {
  readonly code = 'database.unreachable';
  constructor(server: string, problem: string, cause?: unknown) {
    super(`The PostgreSQL server ${server} cannot be reached: ${problem}.`, {
      hint: 'Check that it runs and takes connections from here. Iron connects again by itself; then try again.',
      details: { server, problem },
      cause,
    });
  }
}

const CHECK_URL = 'Check the user and the password of the URL, and whom pg_hba.conf of the server lets in.';

/** The server refuses the user, the password, or what the user wants to do. */
export class DatabaseAccessRefusedError extends IronError {
  readonly code = 'database.access_refused';
  constructor(server: string, problem: string, cause?: unknown, hint = CHECK_URL) {
    super(`The PostgreSQL server ${server} refuses access: ${problem}.`, {
      hint,
      details: { server, problem },
      cause,
    });
  }
}

const WHERE_FULL = {
  pool: {
    problem: 'all of this process are in use',
    hint: 'Try again. If it stays so, raise database.max_connections here.',
  },
  server: {
    problem: 'the server has as many as it takes',
    hint: 'Try again. If it stays so, stop what holds them (pg_stat_activity says who), lower database.max_connections here, or raise max_connections in the server.',
  },
} as const;

/** All connections are taken: those that the server has, or those that this process may have. */
export class ConnectionsExhaustedError extends IronError {
  readonly code = 'database.connections_exhausted';
  constructor(server: string, full: keyof typeof WHERE_FULL, cause?: unknown) {
    const { problem, hint } = WHERE_FULL[full];
    super(`No connection to ${server} is free: ${problem}.`, {
      hint,
      details: { server, problem },
      cause,
    });
  }
}

/** The connection broke while a commit was under way, and the server could not be asked since whether it took place. */
export class CommitUnknownError extends IronError {
  readonly code = 'database.commit_unknown';
  constructor(server: string, cause?: unknown) {
    super(`The connection to ${server} broke during a commit, and whether it took place is not known.`, {
      hint: 'Repeat the call with the same request id or Idempotency-Key: it is carried out once.',
      details: { server },
      cause,
    });
  }
}

/** What was prepared on a connection is not there any more, or already there: others use the connection in between. */
export class PreparedStatementsLostError extends IronError {
  readonly code = 'database.prepared_statements_lost';
  constructor(server: string, cause?: unknown) {
    super(`${server} is reached through a pooler that mixes up the prepared statements of its clients.`, {
      hint: 'In PgBouncer 1.21 or later set max_prepared_statements = 200; before any other, use session mode or the URL of the server itself.',
      details: { server },
      cause,
    });
  }
}

/** It speaks PostgreSQL, but is another system, whose transactions or triggers are not those of PostgreSQL. */
export class UnsupportedServerError extends IronError {
  readonly code = 'database.unsupported_server';
  constructor(server: string, system: string) {
    super(`${server} runs ${system}, which speaks PostgreSQL but lacks what Iron needs of it.`, {
      hint: 'Use PostgreSQL 15 or later, or one of the systems that docs/scaling.md says it of. Nothing was changed.',
      details: { server, system },
    });
  }
}

/** The server is older than what Iron is tested with. */
export class PostgresTooOldError extends IronError {
  readonly code = 'database.postgres_too_old';
  constructor(server: string, version: string) {
    super(`${server} runs PostgreSQL ${version}; Iron needs 15 or later.`, {
      hint: 'Move the database to a newer server.',
      details: { server, version },
    });
  }
}
