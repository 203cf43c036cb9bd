import { DatabaseError } from 'pg';

const LOCK_NOT_AVAILABLE = '55P03';

/** Whether a lock was waited for longer than `lock_timeout` allows. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE;
}
