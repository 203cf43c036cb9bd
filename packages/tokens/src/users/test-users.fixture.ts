import { type IronDatabase, schema } from '@iron/db';
import { testDatabase } from '@iron/test-database';
import { asc } from '@iron/db/drizzle';
import { UserStorage, type UserStorageOptions } from './user-storage.ts';

/** 2026-03-01, noon. */
export const NOON = 1_772_366_400_000;
export const PASSWORD = 'correct horse battery staple';
export const ADA = { userId: 'ada' };

/** A storage of the test's own over an open database, with a clock that stands still until it is moved. */
export interface TestUsers extends AsyncDisposable {
  readonly users: UserStorage;
  readonly database: IronDatabase;
  readonly clock: { time: number };
}

export async function testUsers(options: UserStorageOptions = {}): Promise<TestUsers> {
  const made = await testDatabase();
  const { database } = made;
  const clock = { time: NOON };
  const users = await UserStorage.open(database, { now: () => clock.time, ...options });
  const dispose = async () => {
    await users.close();
    await made[Symbol.asyncDispose]();
  };
  return { users, database, clock, [Symbol.asyncDispose]: dispose };
}

/** Two administrators, Ada and Bob, and Vera, who looks on. Only Ada has a password. */
export async function withStaff({ users }: TestUsers): Promise<void> {
  await users.createUser({ id: 'ada', username: 'ada', email: 'ada@example.org', password: PASSWORD, role: 'admin' });
  await users.createUser({ id: 'bob', username: 'bob', name: 'Bob B. Brown', role: 'admin' });
  await users.createUser({ id: 'vera', username: 'Vera', role: 'viewer' });
}

/** What the log says, without its chain. */
export async function logOf({ database }: TestUsers) {
  const { userAuditLog } = schema;
  return await database.reader
    .select({
      operation: userAuditLog.operation,
      target: userAuditLog.targetUserId,
      by: userAuditLog.performedBy,
      before: userAuditLog.previousState,
      after: userAuditLog.newState,
      reason: userAuditLog.reason,
      at: userAuditLog.timestamp,
    })
    .from(userAuditLog)
    .orderBy(asc(userAuditLog.id));
}
