import { IronError } from '@iron/errors';

/** Everybody knows these tokens, and this is production. */
export class DevelopmentCredentialsError extends IronError {
  readonly code = 'server.development_credentials';
  constructor(path: string, names: readonly string[]) {
    super(
      `A server does not start in production with tokens that everybody knows: ${path} holds the ${names.join(', the ')}.`,
      {
        hint: 'Delete them (`iron tokens delete`), or use a database that was not made for development.',
        details: { path, tokens: names.join(', ') },
      },
    );
  }
}

/** The server cannot do its work now. */
export class NotReadyError extends IronError {
  readonly code = 'server.not_ready';
  constructor(reason: string, cause?: unknown) {
    super(`The server is not ready: ${reason}.`, { hint: 'The log of the server says more.', cause });
  }
}
