import { IronError } from '@iron/errors';

/** Nobody has this id, name or address. */
export class UserNotFoundError extends IronError {
  readonly code = 'user.not_found';
  constructor(by: 'id' | 'username' | 'email', value: string) {
    super(`There is no user with the ${by} ${JSON.stringify(value)}.`, {
      hint: 'List the users to see who there is.',
      details: { [by]: value },
    });
  }
}

/** Another user has this id, name or address. A deleted user keeps id and name, so that the log stays unambiguous. */
export class UserExistsError extends IronError {
  readonly code = 'user.exists';
  constructor(by: 'id' | 'username' | 'email', value: string) {
    super(`There is already a user with the ${by} ${JSON.stringify(value)}.`, {
      hint: `Choose another ${by}.${by === 'email' ? '' : ' Those of deleted users are not given again.'}`,
      details: { [by]: value },
    });
  }
}

/** A deleted account stays for the log and is not changed any more. */
export class UserDeletedError extends IronError {
  readonly code = 'user.deleted';
  constructor(userId: string) {
    super(`The user ${JSON.stringify(userId)} is deleted.`, {
      hint: 'A deletion is for good. Create a new user.',
      details: { userId },
    });
  }
}

/** Nobody demotes, suspends or deletes themselves. */
export class SelfChangeRefusedError extends IronError {
  readonly code = 'user.self_change_refused';
  constructor(action: string, userId: string) {
    super(`${JSON.stringify(userId)} cannot ${action}.`, {
      hint: 'Let another administrator do it.',
      details: { userId },
    });
  }
}

/** Without an active administrator nobody could let anybody in again. */
export class LastAdminError extends IronError {
  readonly code = 'user.last_admin';
  constructor(userId: string) {
    super(`${JSON.stringify(userId)} is the last active administrator.`, {
      hint: 'Make another user an administrator first.',
      details: { userId },
    });
  }
}

/** The password cannot be taken. The message says why and does not repeat it. */
export class PasswordRefusedError extends IronError {
  readonly code = 'user.password_refused';
  constructor(reason: string) {
    super(`The password is refused: ${reason}.`, {
      hint: 'A password has 15 to 1024 characters of any kind; several words in a row are a good one.',
    });
  }
}

/**
 * Unknown user, wrong password, too many guesses, suspended, deleted, no password: it is one answer, and a guesser
 * learns nothing from it.
 */
export class InvalidCredentialsError extends IronError {
  readonly code = 'user.invalid_credentials';
  constructor() {
    super('The user name or the password is not right, or the account cannot sign in now.');
  }
}
