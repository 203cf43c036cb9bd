import { isIronError } from '@iron/errors';
import { DatabaseError } from 'pg';
import { DatabaseBusyError, SumTooLargeError } from '../commit/commit-errors.ts';
import { DatabaseMissingError, DatabaseReadOnlyError, DiskFullError } from '../connection/connection-errors.ts';
import type { PostgresLocation } from '../connection/postgres-location.ts';
import {
  ConnectionsExhaustedError,
  DatabaseAccessRefusedError,
  DatabaseUnreachableError,
  PreparedStatementsLostError,
} from './postgres-errors.ts';
import { createDatabaseSql } from './create-database-sql.ts';
import { hintOnMissingRight } from './missing-right.ts';
import { postgresName } from './postgres-name.ts';
import { explainTlsError } from './tls-errors.ts';
import { withoutRows } from './without-rows.ts';

/** What the explanation of an error needs to know. */
export interface ErrorContext {
  readonly location: PostgresLocation;
  /** How long a write waits for others, in milliseconds. */
  readonly giveUpAfterMs: number;
  /** Whether all connections that there may be are there. Default: yes. */
  readonly isPoolFull?: () => boolean;
}

const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name cannot be looked up at present'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['ETIMEDOUT', 'it did not answer in time'],
  ['ECONNRESET', 'it broke the connection'],
  ['EPIPE', 'it broke the connection'],
  ['ENOENT', 'there is no socket in that folder'],
  ['57P01', 'it is being shut down'],
  ['57P02', 'another of its processes has crashed'],
  ['57P03', 'it is starting up'],
  ['57P05', 'it ended the connection, which was idle'],
  ['08006', 'the connection broke'],
  ['08003', 'the connection broke'],
  ['25P03', 'it ended the transaction, which was idle'],
]);

/** What the driver says without a code. */
const MESSAGES: readonly (readonly [pattern: RegExp, problem: string])[] = [
  // Neither yes nor no to TLS.
  [
    /error establishing an SSL connection/i,
    'what answers there is not a PostgreSQL server, or one that can take no connection at present',
  ],
  [/query read timeout/i, 'it did not answer in time'],
  [/connection terminated due to connection timeout/i, 'it did not answer in time'],
  [/timeout expired/i, 'it did not answer in time'],
  [
    /connection terminated|connection ended|client was closed|not queryable|stream (is|was) destroyed/i,
    'the connection broke',
  ],
];

/**
 * Turns what the driver or the server says into the error that a person can act on. What it does not know comes back as
 * it is.
 */
export function explainPostgresError(
  error: unknown,
  { location, giveUpAfterMs, isPoolFull = () => true }: ErrorContext,
): unknown {
  if (!(error instanceof Error) || isIronError(error)) return error;
  const name = postgresName(location);
  const tls = explainTlsError(error, location);
  if (tls) return tls;
  const code = 'code' in error ? String(error.code) : '';
  const isOfFile = code === 'ENOENT' && 'syscall' in error && error.syscall !== 'connect';
  const unreachable = isOfFile ? undefined : UNREACHABLE.get(code);
  if (unreachable !== undefined) return new DatabaseUnreachableError(name, unreachable, error);
  if (error instanceof DatabaseError) return explainRefusal(error, location, giveUpAfterMs);
  if (/after calling end on the pool/i.test(error.message)) {
    return new TypeError('The database connection is not open', { cause: error }); // as the driver of SQLite says it
  }
  if (/timeout exceeded when trying to connect/i.test(error.message)) {
    if (!isPoolFull()) return new DatabaseUnreachableError(name, 'it did not answer in time', error);
    return new ConnectionsExhaustedError(name, 'pool', error);
  }
  const problem = MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1];
  return problem === undefined ? error : new DatabaseUnreachableError(name, problem, error);
}

const TAKES_NO_CHANGES =
  'It is a standby, or default_transaction_read_only is on. Name the server that takes changes, or switch that off.';

const NO_ROOM = 'Nothing was left half done. Free some room on the disk of the server, and run the command again.';

function explainRefusal(error: DatabaseError, location: PostgresLocation, giveUpAfterMs: number): unknown {
  const name = postgresName(location);
  const { code = '' } = error;
  switch (code) {
    case '28P01':
    case '28000':
      return new DatabaseAccessRefusedError(name, error.message, error);
    case '42501':
      return new DatabaseAccessRefusedError(name, error.message, error, hintOnMissingRight(error, location));
    case '3D000':
      return new DatabaseMissingError(
        name,
        `Check the name in the URL, or have an administrator of the server run: ${createDatabaseSql(location)}`,
      );
    case '53300':
      return new ConnectionsExhaustedError(name, 'server', error);
    case '53100':
      return new DiskFullError(name, {}, error, NO_ROOM);
    case '26000':
    case '42P05':
      return new PreparedStatementsLostError(name, error);
    case '25006':
      return new DatabaseReadOnlyError(name, 'takes no changes at present', TAKES_NO_CHANGES);
    case '55P03':
      return new DatabaseBusyError(name, giveUpAfterMs, error);
    case '40001':
    case '40P01':
    case '57014':
      return new DatabaseBusyError(name, undefined, error);
    case '22003':
      return isOfSum(error) ? new SumTooLargeError(withoutRows(error)) : withoutRows(error);
    default:
      return withoutRows(error);
  }
}

/** Whether it comes from a trigger that adds usage up. The words around its name are in the server's language. */
function isOfSum({ where = '' }: DatabaseError): boolean {
  return where.includes('token_usage_');
}
