import { IronError } from '@iron/errors';

/** The server asks for a password, and nothing gives one for this host, database and user. */
export class PasswordMissingError extends IronError {
  readonly code = 'database.password_missing';
  constructor(wanted: { readonly server: string; readonly user: string }, searched: string) {
    super(`${wanted.server} asks for the password of ${wanted.user}, and there is none: ${searched}.`, {
      hint: 'Set database.password_file or PGPASSWORD, add a line to ~/.pgpass, or write it into the URL.',
      details: { server: wanted.server, user: wanted.user },
    });
  }
}

const MISSING = 'it does not exist';

/** A file that should give a password, or prove who the client is or the server, cannot be used. */
export class UnusableSecretFileError extends IronError {
  readonly code = 'database.unusable_secret_file';
  readonly isMissing: boolean;
  constructor(path: string, problem: string, hint = 'Check the path, and that this process may read the file.') {
    super(`${path} cannot be used: ${problem}.`, { hint, details: { path } });
    this.isMissing = problem === MISSING;
  }
}
