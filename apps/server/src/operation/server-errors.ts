import { IronError } from '@iron/errors';

/** Another program listens there. */
export class PortInUseError extends IronError {
  readonly code = 'server.port_in_use';
  constructor(host: string, port: number) {
    super(`Another program listens at ${host}, port ${port}.`, {
      hint: 'Stop it, or choose another port: `iron serve --port 0` takes any that is free.',
      details: { host, port },
    });
  }
}

/** The system does not let this user listen there. */
export class PortNotPermittedError extends IronError {
  readonly code = 'server.port_not_permitted';
  constructor(host: string, port: number) {
    super(`This user may not listen at ${host}, port ${port}.`, {
      hint: 'Ports below 1024 usually belong to the administrator. Choose another one, such as 3000.',
      details: { host, port },
    });
  }
}

/** The host is no name or address of this machine. */
export class HostUnusableError extends IronError {
  readonly code = 'server.host_unusable';
  constructor(host: string, cause?: unknown) {
    super(`${JSON.stringify(host)} is no name and no address of this machine.`, {
      hint: 'Use 127.0.0.1 for this machine alone, or 0.0.0.0 or :: for all of its addresses.',
      details: { host },
      cause,
    });
  }
}

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
