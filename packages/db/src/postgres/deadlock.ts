import { DatabaseError } from 'pg';

/** Whether the server ended a statement because it and another waited for each other. The transaction may be tried again. */
export function isDeadlock(error: unknown): boolean {
  const said = error instanceof Error && error.cause instanceof DatabaseError ? error.cause : error;
  return said instanceof DatabaseError && said.code === '40P01';
}
