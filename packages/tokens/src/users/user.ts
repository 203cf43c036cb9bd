import { first, type IronDatabase, type Reader, schema, type Work } from '@iron/db';
import type { SQL } from 'drizzle-orm';
import { and, eq, isNotNull, isNull, or } from '@iron/db/drizzle';
import { isAlike } from '../caseless.ts';
import { UserDeletedError, UserNotFoundError } from './user-errors.ts';

const { users } = schema;

/** What a user may do, most first. */
export type UserRole = schema.User['role'];

/** What can have become of an account. */
export const USER_STATES = ['active', 'suspended', 'deleted'] as const;

/** Only an active user signs in, and only an active user's tokens work. */
export type UserState = (typeof USER_STATES)[number];

/** An account as it is shown: all but the hash of its password. Times are milliseconds since the epoch. */
export interface User {
  readonly id: string;
  /** One, whatever the case of its ASCII letters. */
  readonly username: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: UserRole;
  readonly state: UserState;
  /** Without a password nobody signs in as this user. */
  readonly hasPassword: boolean;
  /** The password is one that somebody else set: the first thing to do is to change it. */
  readonly mustChangePassword: boolean;
  /** Until when no password is accepted, because too many were wrong; may have passed. */
  readonly lockedUntil: number | null;
  readonly createdAt: number;
  readonly lastLogin: number | null;
  readonly suspendedAt: number | null;
  readonly suspendedBy: string | null;
  readonly deletedAt: number | null;
  readonly deletedBy: string | null;
}

/** A row of `users`. */
export type UserRow = schema.User;

/** How one user is named. */
export type UserKey = { readonly id: string } | { readonly username: string } | { readonly email: string };

/** The hash and the count of failures stay behind. */
export function toUser(row: UserRow): User {
  const { passwordHash, failedLogins: _failures, isActive: _isActive, forcePasswordChange, ...rest } = row;
  return { ...rest, state: stateOf(row), hasPassword: passwordHash !== null, mustChangePassword: forcePasswordChange };
}

export function stateOf(row: UserRow): UserState {
  if (row.deletedAt !== null) return 'deleted';
  return row.isActive && row.suspendedAt === null ? 'active' : 'suspended';
}

/** {@link stateOf} in SQL. */
export function isInState(state: UserState): SQL | undefined {
  switch (state) {
    case 'deleted':
      return isNotNull(users.deletedAt);
    case 'suspended':
      return and(isNull(users.deletedAt), or(eq(users.isActive, false), isNotNull(users.suspendedAt)));
    case 'active':
      return and(isNull(users.deletedAt), eq(users.isActive, true), isNull(users.suspendedAt));
  }
}

type Engine = IronDatabase['engine'];

/** Reads one user. Of an address only the user who has it now: a deleted one has given it up. */
export function* readUser(engine: Engine, reader: Pick<Reader, 'select'>, key: UserKey): Work<UserRow | undefined> {
  if (Object.values(key).join('').includes('\0')) return undefined; // PostgreSQL has no such text to look for
  return yield* first(reader.select().from(users).where(isNamed(engine, key)));
}

/** @throws {UserNotFoundError} there is none of this id */
export function* findUser(reader: Pick<Reader, 'select'>, userId: string): Work<UserRow> {
  const row = yield* first(reader.select().from(users).where(eq(users.id, userId)));
  if (!row) throw new UserNotFoundError('id', userId);
  return row;
}

/**
 * The user who is to be changed.
 *
 * @throws {UserNotFoundError} there is none
 * @throws {UserDeletedError} a deleted account stays as it is
 */
export function* findUserToChange(reader: Pick<Reader, 'select'>, userId: string): Work<UserRow> {
  const row = yield* findUser(reader, userId);
  if (row.deletedAt !== null) throw new UserDeletedError(userId);
  return row;
}

function isNamed(engine: Engine, key: UserKey): SQL | undefined {
  if ('id' in key) return eq(users.id, key.id);
  if ('username' in key) return isAlike(engine, users.username, key.username);
  return and(isAlike(engine, users.email, key.email), isNull(users.deletedAt));
}
