import { type IronDatabase, run, schema, type ServiceContext, type Work, type Writer } from '@iron/db';
import { and, eq, sql } from '@iron/db/drizzle';
import type { OneAtATime } from './one-at-a-time.ts';
import { isPasswordOf } from './password-hash.ts';
import { normalizePassword } from './password-rules.ts';
import { findUser, isInState, readUser, stateOf, type UserKey, type UserRow } from './user.ts';
import { InvalidCredentialsError } from './user-errors.ts';

const { users } = schema;

/** When guessing ends. */
export interface LockOut {
  /** So many wrong passwords in a row lock an account. */
  readonly maxFailedLogins: number;
  readonly lockedForMs: number;
}

/** What passwords are checked with. */
export interface PasswordContext extends ServiceContext {
  readonly lockOut: LockOut;
  /** The guesses under way in this process, by who is to sign in. */
  readonly guesses: OneAtATime;
}

/** A password that was right a moment ago. */
export interface RightPassword {
  readonly userId: string;
  /** The hash that it was compared with. */
  readonly passwordHash: string;
  readonly password: string;
}

/**
 * Checks a password. The guess is counted before it is looked at, in a transaction of its own: so many guesses at once,
 * from many processes, are no more than so many one after the other. A right one is to be followed by
 * {@link acceptPassword}, which forgets the count.
 *
 * Whatever the reason for a refusal, it comes after one commit and one hash, and so each takes the same time.
 *
 * @throws {InvalidCredentialsError} wrong, or there is no such user, or the user cannot sign in now
 */
export async function checkPassword(context: PasswordContext, user: UserKey, guess: string): Promise<RightPassword> {
  const password = normalizePassword(guess);
  if (password === undefined) throw new InvalidCredentialsError();
  const candidate = await context.database.write((tx) => countGuess(tx, user, context));
  const passwordHash = candidate?.passwordHash ?? null;
  const isRight = await isPasswordOf(passwordHash, password);
  if (!isRight || !candidate || passwordHash === null) throw new InvalidCredentialsError();
  return { userId: candidate.id, passwordHash, password };
}

/**
 * Forgets the wrong guesses and stores what comes with the right one.
 *
 * @throws {InvalidCredentialsError} meanwhile the user was suspended or deleted, or got another password
 */
export function* acceptPassword(
  tx: Writer,
  { userId, passwordHash }: RightPassword,
  values: Partial<Pick<UserRow, 'passwordHash' | 'forcePasswordChange' | 'lastLogin'>>,
): Work<UserRow> {
  const isStill = and(eq(users.id, userId), eq(users.passwordHash, passwordHash), isInState('active'));
  const changes = { ...values, failedLogins: 0, lockedUntil: null };
  const rows = yield* run(tx.update(users).set(changes).where(isStill));
  if (rows === 0) throw new InvalidCredentialsError();
  return yield* findUser(tx, userId);
}

/** @returns the user whose password may be guessed now */
function* countGuess(
  tx: Writer,
  key: UserKey,
  { database: { engine }, now, lockOut }: PasswordContext,
): Work<UserRow | undefined> {
  const at = now();
  const user = yield* readUser(engine, tx, key);
  if (!user || !mayGuess(user, at)) return yield* countNothing(engine, tx);
  const failedLogins = user.lockedUntil === null ? user.failedLogins + 1 : 1;
  const lockedUntil = failedLogins >= lockOut.maxFailedLogins ? at + lockOut.lockedForMs : null;
  yield* run(tx.update(users).set({ failedLogins, lockedUntil }).where(eq(users.id, user.id)));
  return user;
}

function mayGuess(user: UserRow, at: number): boolean {
  if (user.passwordHash === null || stateOf(user) !== 'active') return false;
  return user.lockedUntil === null || user.lockedUntil <= at;
}

/**
 * Changes nothing, with as much work as counting: else the time would tell who is a user. SQLite would not write what is
 * there already; PostgreSQL does, and is asked once, as it is when a guess is counted.
 */
function* countNothing(engine: IronDatabase['engine'], tx: Writer): Work<undefined> {
  const isAnybody = eq(users.id, sql`(SELECT min(id) FROM users)`);
  for (const step of engine === 'sqlite' ? [1, -1] : [0]) {
    const failedLogins = sql`${users.failedLogins} + ${step}`;
    yield* run(tx.update(users).set({ failedLogins }).where(isAnybody));
  }
}
