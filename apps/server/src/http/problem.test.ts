import {
  CommitUnknownError,
  ConnectionsExhaustedError,
  DatabaseAccessRefusedError,
  DatabaseBusyError,
  DatabaseUnreachableError,
} from '@iron/db';
import { expect, test } from 'vitest';
import { problemOf } from './problem.ts';

const SERVER = 'postgres://iron@db.example.org:5432/iron';
const ASKED = { requestId: 'r', takesBody: true, now: 0 };

test.each([
  [
    new DatabaseUnreachableError(SERVER, 'nothing listens there'),
    'The database cannot be reached: nothing listens there.',
  ],
  [
    new ConnectionsExhaustedError(SERVER, 'pool'),
    'No connection to the database is free: all of this process are in use.',
  ],
  [
    new CommitUnknownError(SERVER),
    'The connection to the database broke during a commit, and whether it took place is not known.',
  ],
  [new DatabaseBusyError(SERVER, 5_000), expect.stringMatching(/^The database was locked/) as unknown],
])('what %o says of a PostgreSQL is told without where it is, and may be tried again soon', (error, detail) => {
  const { problem, headers } = problemOf(error, ASKED);
  expect(problem).toMatchObject({ status: 503, code: error.code, detail, hint: error.hint });
  expect(headers).toEqual({ 'retry-after': '1' });
  expect(JSON.stringify(problem)).not.toContain('db.example.org');
});

test('a database that refuses access is the operator’s affair, of which no client is told anything', () => {
  const { problem } = problemOf(new DatabaseAccessRefusedError(SERVER, 'no such user "iron"'), ASKED);
  expect(problem).toMatchObject({ status: 500, code: 'http.failed', details: {} });
});
