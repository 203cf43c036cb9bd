import {
  type Config,
  type IronDatabase,
  loadConfig,
  openForService,
  type OpenService,
  type Page,
  parseInput,
  type ServiceOptions,
} from '@iron/db';
import { activateUser } from './activate-user.ts';
import { changePassword } from './change-password.ts';
import { changeRole } from './change-role.ts';
import type { LockOut, PasswordContext } from './check-password.ts';
import { createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { getUser } from './get-user.ts';
import { listUsers } from './list-users.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { type PasswordReset, resetPassword } from './reset-password.ts';
import { suspendUser } from './suspend-user.ts';
import type { User, UserKey } from './user.ts';
import {
  type ChangePasswordInput,
  type ChangeRoleInput,
  type ChangeUserInput,
  type CreateUserInput,
  type Credentials,
  type ListUsersInput,
  lockOutSchema,
  type ResetPasswordInput,
} from './user-input.ts';
import { verifyPassword } from './verify-password.ts';

/** How a {@link UserStorage} is opened. */
export interface UserStorageOptions extends ServiceOptions {
  /** So many wrong passwords in a row lock an account. Default: 5. */
  readonly maxFailedLogins?: number;
  /** For how long it is locked, in milliseconds. Default: 15 minutes. */
  readonly lockedForMs?: number;
}

/**
 * Accounts: who may sign in, as what, and what was done to whom. Every change is a row of `user_audit_log`, written in
 * the change's own transaction; a change that changes nothing, such as suspending a suspended user, writes none.
 *
 * Who may do what is up to the caller; only this is refused here: that people demote, suspend or delete themselves, and
 * that the last active administrator goes.
 */
export class UserStorage implements AsyncDisposable {
  readonly #service: OpenService;
  readonly #context: PasswordContext;

  private constructor(service: OpenService, lockOut: LockOut) {
    this.#service = service;
    this.#context = { ...service, lockOut, guesses: new OneAtATime() };
  }

  /**
   * @param target a URL such as `sqlite:///./tokens.db?mode=rwc`, or a database that is open already and stays so
   * @throws {MigrationsPendingError} the database lacks migrations, and `autoMigrate` is off
   */
  static async open(target: string | IronDatabase, options: UserStorageOptions = {}): Promise<UserStorage> {
    const lockOut = parseInput('UserStorage.open', lockOutSchema, options);
    return new UserStorage(await openForService(target, options), lockOut);
  }

  /** On the database that the configuration of this process describes. */
  static async fromConfig(options: UserStorageOptions = {}): Promise<UserStorage> {
    return await UserStorage.fromConfigObject(loadConfig(), options);
  }

  /** On the database that `config` describes. */
  static async fromConfigObject(config: Config, options: UserStorageOptions = {}): Promise<UserStorage> {
    const lockOut = parseInput('UserStorage.fromConfigObject', lockOutSchema, options);
    return new UserStorage(await openForService(config, options), lockOut);
  }

  /**
   * @throws {UserExistsError} the id, the name or the address is another user's
   * @throws {PasswordRefusedError} the password is shorter than 15 characters or longer than 1024
   * @throws {InvalidInputError}
   */
  async createUser(input: CreateUserInput): Promise<User> {
    return await createUser(this.#context, input);
  }

  /**
   * Users by name, also deleted ones, unless the filters say otherwise.
   *
   * @throws {InvalidCursorError | InvalidInputError}
   */
  async listUsers(input: ListUsersInput = {}): Promise<Page<User>> {
    return await listUsers(this.#context, input);
  }

  /**
   * The user of an id, a user name or an address; also a deleted one, who has no address any more to be found by.
   *
   * @throws {UserNotFoundError} there is none
   * @throws {InvalidInputError}
   */
  async getUser(key: UserKey): Promise<User> {
    return await getUser(this.#context, key);
  }

  /**
   * Until `activateUser` the user cannot sign in and the user's tokens are refused.
   *
   * @throws {UserNotFoundError | UserDeletedError} there is no such user any more
   * @throws {SelfChangeRefusedError | LastAdminError} it is the actor, or the last active administrator
   * @throws {InvalidInputError}
   */
  async suspendUser(input: ChangeUserInput): Promise<User> {
    return await suspendUser(this.#context, input);
  }

  /**
   * Ends a suspension, and a lock-out after wrong passwords.
   *
   * @throws {UserNotFoundError | UserDeletedError} there is no such user any more
   * @throws {InvalidInputError}
   */
  async activateUser(input: ChangeUserInput): Promise<User> {
    return await activateUser(this.#context, input);
  }

  /**
   * Deletes a user for good: no sign-in, no token works, no change is taken. The row stays for the log and for what was
   * used, and keeps its user name.
   *
   * @throws {UserNotFoundError} there is no such user
   * @throws {SelfChangeRefusedError | LastAdminError} it is the actor, or the last active administrator
   * @throws {InvalidInputError}
   */
  async deleteUser(input: ChangeUserInput): Promise<User> {
    return await deleteUser(this.#context, input);
  }

  /**
   * Makes somebody `admin`, `user` or `viewer`.
   *
   * @throws {UserNotFoundError | UserDeletedError} there is no such user any more
   * @throws {SelfChangeRefusedError | LastAdminError} it is the actor, or the last active administrator
   * @throws {InvalidInputError}
   */
  async changeRole(input: ChangeRoleInput): Promise<User> {
    return await changeRole(this.#context, input);
  }

  /**
   * Sets a password, given or made here, that its owner has to change, and ends a lock-out. The one that was made is in
   * the result and nowhere else.
   *
   * @throws {UserNotFoundError | UserDeletedError} there is no such user any more
   * @throws {PasswordRefusedError} the password is shorter than 15 characters or longer than 1024
   * @throws {InvalidInputError}
   */
  async resetPassword(input: ResetPasswordInput): Promise<PasswordReset> {
    return await resetPassword(this.#context, input);
  }

  /**
   * Changes a password for whoever knows the old one.
   *
   * @throws {InvalidCredentialsError} as in `verifyPassword`; a wrong old password counts as a wrong guess
   * @throws {PasswordRefusedError} the new one is too short, too long, or the old one
   * @throws {InvalidInputError}
   */
  async changePassword(input: ChangePasswordInput): Promise<User> {
    return await changePassword(this.#context, input);
  }

  /**
   * Signs somebody in. Whoever has `mustChangePassword` should get no further than to `changePassword`.
   *
   * @throws {InvalidCredentialsError} unknown user, wrong password, too many wrong ones before, suspended, deleted or
   *   without a password: it is one answer, and each costs the same hash
   * @throws {InvalidInputError}
   */
  async verifyPassword(credentials: Credentials): Promise<User> {
    return await verifyPassword(this.#context, credentials);
  }

  /** Closes the database if this service has opened it. */
  async close(): Promise<void> {
    await this.#service.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
