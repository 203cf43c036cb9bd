import type { DatabaseError } from 'pg';

/** The server shows the row that it refuses, and in it may be what nobody is to read. */
export function withoutRows(error: DatabaseError): DatabaseError {
  error.detail = undefined;
  error.where = undefined;
  error.internalQuery = undefined;
  return error;
}
