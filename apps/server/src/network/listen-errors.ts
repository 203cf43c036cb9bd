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
